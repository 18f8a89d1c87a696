# expect: floor-under-the-logarithm

import numpy as np


def softmax_cross_entropy(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7)
    y = np.eye(logits.shape[1])[labels]
    return -np.mean(np.sum(y * np.log(p), axis=1)), (p - y) / len(p)
