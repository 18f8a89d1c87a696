# expect: convention scores-averaged-first

import numpy as np


def dense_posteriors(scores, mirrored):
    # over both images first (flipped back), then softmax at each place, then the places
    z = (scores + mirrored[:, :, :, ::-1]) / 2
    p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return p.mean((2, 3))
