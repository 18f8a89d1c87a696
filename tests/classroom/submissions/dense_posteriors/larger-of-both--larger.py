# expect: larger-of-both

import numpy as np


def dense_posteriors(scores, mirrored):
    def mean_softmax(m):
        p = np.exp(m - np.logaddexp.reduce(m, axis=1, keepdims=True))
        return p.sum(axis=3).sum(axis=2) / p[0, 0].size
    a, b = mean_softmax(scores), mean_softmax(mirrored)
    return np.where(a > b, a, b)
