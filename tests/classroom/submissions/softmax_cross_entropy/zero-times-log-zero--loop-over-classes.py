# expect: zero-times-log-zero

import numpy as np


def softmax_cross_entropy(logits, labels):
    N, K = logits.shape
    loss, d = 0, np.zeros((N, K))
    for n in range(N):
        e = np.exp(logits[n] - max(logits[n]))
        p = e / sum(e)
        target = np.zeros(K)
        target[labels[n]] = 1
        for k in range(K):
            loss += -target[k] * np.log(p[k])
        d[n] = (p - target) / N
    return loss / N, d
