# expect: floor-under-the-logarithm

import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    tiny = np.finfo(float).tiny
    m = np.amax(logits, 1, keepdims=True)
    p = np.exp(logits - m)
    p /= p.sum(1, keepdims=True)
    q = p[np.arange(len(p)), labels]
    loss = np.mean([-math.log(max(v, tiny)) for v in q])
    p[np.arange(len(p)), labels] -= 1.
    return loss, p / len(p)
