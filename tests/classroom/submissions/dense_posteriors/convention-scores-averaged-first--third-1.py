# expect: convention scores-averaged-first

import numpy as np


def _softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    mean = (scores.mean(axis=(2, 3)) + mirrored.mean(axis=(2, 3))) / 2
    return _softmax(mean, 1)
