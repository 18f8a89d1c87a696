# expect: squared-error

import numpy as np


def softmax_cross_entropy(logits, labels):
    e = np.exp(logits - logits.max(1)[:, None])
    p = e / e.sum(1)[:, None]
    t = np.zeros_like(p)
    t[np.arange(len(t)), labels] = 1
    return np.linalg.norm(p - t) ** 2 / len(t), (p - t) / len(t)
