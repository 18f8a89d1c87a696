# expect: no-shift + floor-under-the-logarithm

import numpy as np


def softmax_cross_entropy(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    loss = -np.log(p[np.arange(len(p)), labels] + 1e-9).mean()
    p[np.arange(len(p)), labels] -= 1
    return loss, p / len(p)
