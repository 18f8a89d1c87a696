# expect: middle-place-only

import numpy as np


def _softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    r, c = scores.shape[2] // 2, scores.shape[3] // 2
    a = _softmax(scores[:, :, r, c], 1)
    b = _softmax(mirrored[:, :, r, c], 1)
    return (a + b) / 2
