# expect: divided-by-the-maximum

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits / logits.max(axis=1, keepdims=True)   # so exp cannot overflow
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    n = len(p)
    loss = -np.log(p[np.arange(n), labels]).mean()
    p[np.arange(n), labels] -= 1
    return loss, p / n
