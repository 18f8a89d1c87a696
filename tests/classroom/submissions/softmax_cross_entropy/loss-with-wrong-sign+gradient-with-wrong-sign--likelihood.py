# expect: loss-with-wrong-sign + gradient-with-wrong-sign

import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    # maximises the likelihood
    n, k = logits.shape
    value = 0
    d = np.zeros((n, k))
    for i in range(n):
        lse = np.logaddexp.reduce(logits[i])
        value += logits[i, labels[i]] - lse
        for j in range(k):
            d[i, j] = ((j == labels[i]) - math.exp(logits[i, j] - lse)) / n
    return value / n, d
