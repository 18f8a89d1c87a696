# expect: mirror-ignored

import numpy as np


def _softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    n, k = scores.shape[:2]
    places = scores.transpose(0, 2, 3, 1).reshape(n, -1, k)
    return _softmax(places, 2).mean(axis=1)
