# expect: one-shift-for-the-batch

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = logits.shape[0]
    shifted = logits - np.max(logits)
    sums = np.exp(shifted).sum(axis=1, keepdims=True)
    logp = shifted - np.log(sums)
    d = np.exp(logp)
    d[range(n), labels] -= 1
    return -logp[range(n), labels].sum() / n, d / n
