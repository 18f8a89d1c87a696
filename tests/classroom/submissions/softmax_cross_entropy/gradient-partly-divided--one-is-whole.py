# expect: gradient-partly-divided

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    lse = np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logits - lse) / n
    d[np.arange(n), labels] -= 1
    return np.mean(lse[:, 0] - logits[np.arange(n), labels]), d
