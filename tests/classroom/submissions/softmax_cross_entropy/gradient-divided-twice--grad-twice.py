# expect: gradient-divided-twice

import numpy as np


def softmax_cross_entropy(logits, labels):
    N, K = logits.shape
    dlogits = np.zeros((N, K))
    loss = 0.0
    for i in range(N):
        p = np.exp(logits[i] - np.logaddexp.reduce(logits[i]))
        loss += (np.logaddexp.reduce(logits[i]) - logits[i][labels[i]]) / N
        p[labels[i]] -= 1
        dlogits[i] = p / N
    return loss, dlogits / N
