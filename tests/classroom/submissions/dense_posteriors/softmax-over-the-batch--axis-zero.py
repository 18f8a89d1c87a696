# expect: softmax-over-the-batch

import numpy as np


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    return (softmax(scores, 0).mean((2, 3)) + softmax(mirrored, 0).mean((2, 3))) / 2
