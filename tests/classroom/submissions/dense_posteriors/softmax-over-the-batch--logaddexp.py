# expect: softmax-over-the-batch

import numpy as np


def dense_posteriors(scores, mirrored):
    total = 0
    for m in (scores, mirrored):
        p = np.exp(m - np.logaddexp.reduce(m, axis=0, keepdims=True))
        total = total + p.reshape(*p.shape[:2], -1).mean(axis=2) / 2
    return total
