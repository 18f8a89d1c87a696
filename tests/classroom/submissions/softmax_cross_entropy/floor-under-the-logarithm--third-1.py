# expect: floor-under-the-logarithm

import numpy as np


def _softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_cross_entropy(logits, labels):
    p = _softmax(logits, 1)
    hot = np.eye(logits.shape[1])[labels]
    loss = -np.sum(hot * np.log(p + 1e-9)) / len(labels)
    return loss, (p - hot) / len(labels)
