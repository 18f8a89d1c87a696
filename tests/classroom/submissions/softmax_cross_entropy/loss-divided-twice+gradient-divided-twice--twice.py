# expect: loss-divided-twice + gradient-divided-twice

import numpy as np


def softmax_cross_entropy(logits, labels):
    N = logits.shape[0]
    loss, d = 0.0, np.zeros(logits.shape)
    for i in range(N):
        z = logits[i] - np.max(logits[i])
        log_p = z - np.log(np.sum(np.exp(z)))
        loss += -log_p[labels[i]] / N
        d[i] = np.exp(log_p) / N
        d[i, labels[i]] -= 1 / N
    return loss / N, d / N
