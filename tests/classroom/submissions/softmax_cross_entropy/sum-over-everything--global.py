# expect: sum-over-everything

import numpy as np


def softmax_cross_entropy(logits, labels):
    N, K = logits.shape
    flat = logits.ravel()
    m = flat.max()
    logz = m + np.log(np.exp(flat - m).sum())
    index = np.arange(N) * K + labels
    loss = -(flat[index] - logz).sum() / N
    d = np.exp(flat - logz)
    d[index] -= 1
    return loss, d.reshape(N, K) / N
