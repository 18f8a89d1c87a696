# expect: no-shift

import numpy as np


def softmax_cross_entropy(logits, labels):
    # subtracts the smallest instead of the largest
    x = logits - logits.min(axis=1, keepdims=True)
    s = np.exp(x).sum(axis=1)
    loss = np.average(np.log(s) - x[np.arange(x.shape[0]), labels])
    d = np.exp(x) / s.reshape(-1, 1)
    d[np.arange(x.shape[0]), labels] -= 1
    d /= x.shape[0]
    return loss, d
