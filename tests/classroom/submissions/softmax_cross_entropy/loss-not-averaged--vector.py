# expect: loss-not-averaged

import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    def one(z, y):
        z = z - z.max()
        return math.log(np.exp(z).sum()) - z[y]
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[range(len(p)), labels] -= 1
    return np.array([one(z, y) for z, y in zip(logits, labels)]), p / len(p)
