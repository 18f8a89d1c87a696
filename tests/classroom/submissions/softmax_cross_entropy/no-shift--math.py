# expect: no-shift

import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    # math.exp raises OverflowError where numpy says inf
    N, K = logits.shape
    d = np.zeros((N, K))
    total = 0
    for n in range(N):
        s = 0
        for k in range(K):
            s += math.exp(logits[n, k])
        total -= logits[n, labels[n]] - math.log(s)
        for k in range(K):
            d[n, k] = math.exp(logits[n, k]) / s / N
        d[n, labels[n]] -= 1 / N
    return total / N, d
