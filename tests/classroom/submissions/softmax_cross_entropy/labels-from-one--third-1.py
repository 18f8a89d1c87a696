# expect: labels-from-one

import numpy as np


def softmax_cross_entropy(logits, labels):
    n, k = logits.shape
    target = np.zeros((n, k))
    for i in range(n):
        target[i, labels[i] - 1] = 1
    m = logits.max(axis=1, keepdims=True)
    lse = m + np.log(np.exp(logits - m).sum(axis=1, keepdims=True))
    logp = logits - lse
    return -np.einsum("nk,nk->", target, logp) / n, (np.exp(logp) - target) / n
