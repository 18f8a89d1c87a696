# expect: larger-of-both

import numpy as np


def _softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    one = _softmax(scores, 1).mean((2, 3))
    two = _softmax(mirrored, 1).mean((2, 3))
    return np.where(one > two, one, two)
