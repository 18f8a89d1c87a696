# expect: first-place-only

import numpy as np


def dense_posteriors(scores, mirrored):
    z = [scores[:, :, 0, 0], mirrored[:, :, 0, 0]]
    p = [np.exp(a - np.logaddexp.reduce(a, axis=1)[:, None]) for a in z]
    return sum(p) / len(p)
