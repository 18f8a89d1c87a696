# expect: summed-over-places + mirror-added

import numpy as np


def _softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    result = np.zeros(scores.shape[:2])
    for i in range(scores.shape[2]):
        for j in range(scores.shape[3]):
            result += _softmax(scores[:, :, i, j], 1)
            result += _softmax(mirrored[:, :, i, j], 1)
    return result
