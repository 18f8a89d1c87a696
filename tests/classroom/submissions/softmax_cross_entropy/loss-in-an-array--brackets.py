# expect: loss-in-an-array

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    n = len(labels)
    d = np.exp(log_p)
    d[np.arange(n), labels] -= 1
    loss = -log_p[np.arange(n), labels].mean()
    return np.array([loss]), d / n
