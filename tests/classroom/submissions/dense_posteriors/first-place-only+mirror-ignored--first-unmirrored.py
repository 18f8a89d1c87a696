# expect: first-place-only + mirror-ignored

import numpy as np


def dense_posteriors(scores, mirrored):
    z = scores[:, :, 0, 0]
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
