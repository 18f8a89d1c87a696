# expect: floor-under-the-logarithm

import numpy as np


def softmax_cross_entropy(logits, labels):
    p = np.exp(logits - logits.max(axis=1)[:, None])
    p = p / p.sum(axis=1)[:, None]
    right = np.array([p[i][labels[i]] for i in range(len(p))])
    right = np.where(right == 0, 1e-30, right)
    d = p.copy()
    for i in range(len(p)):
        d[i][labels[i]] -= 1
    return -np.log(right).mean(), d / len(p)
