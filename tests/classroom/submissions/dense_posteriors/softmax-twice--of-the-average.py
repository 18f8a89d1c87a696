# expect: softmax-twice

import numpy as np


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    p = softmax(scores).mean((2, 3))
    q = softmax(mirrored).mean((2, 3))
    e = np.exp((p + q) / 2)
    return (e.T / e.sum(1)).T
