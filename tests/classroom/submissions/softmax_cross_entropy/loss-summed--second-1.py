# expect: loss-summed

import numpy as np


def softmax_cross_entropy(logits, labels):
    total = 0
    n, k = np.shape(logits)
    d = np.zeros((n, k))
    for i in range(n):
        shifted = logits[i] - np.max(logits[i])
        logp = shifted - np.log(np.sum(np.exp(shifted)))
        total -= logp[labels[i]]
        d[i, :] = np.exp(logp) / n
        d[i, labels[i]] -= 1 / n
    return total, d
