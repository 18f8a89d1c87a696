# expect: floor-under-the-logarithm

import numpy as np


def softmax_cross_entropy(logits, labels):
    dlogits = np.zeros(logits.shape)
    loss = 0.
    for i in range(len(logits)):
        e = np.exp(logits[i] - max(logits[i]))
        p = e / sum(e)
        loss += -np.log(p[labels[i]] + 1e-12)
        dlogits[i] = p
        dlogits[i, labels[i]] -= 1
    return loss / len(logits), dlogits / len(logits)
