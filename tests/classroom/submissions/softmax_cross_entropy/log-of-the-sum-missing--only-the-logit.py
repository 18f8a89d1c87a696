# expect: log-of-the-sum-missing

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    loss = -logits[np.arange(n), labels].mean()
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    d[np.arange(n), labels] -= 1
    return loss, d / n
