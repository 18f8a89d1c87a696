# expect: softmax-twice

import numpy as np


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def dense_posteriors(scores, mirrored):
    p = np.stack([softmax(scores), softmax(mirrored)]).mean(axis=(0, 3, 4))
    return softmax(p)
