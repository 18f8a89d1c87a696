# expect: one-subtracted-everywhere

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    n = len(labels)
    return -log_p[np.arange(n), labels].mean(), (np.exp(log_p) - 1) / n
