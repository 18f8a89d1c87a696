# expect: keepdims-forgotten

import numpy as np


def softmax(z):
    e = np.exp(z - np.max(z, axis=1))
    return e / np.sum(e, axis=1)


def softmax_cross_entropy(logits, labels):
    p = softmax(logits)
    target = np.zeros(p.shape)
    for i, k in enumerate(labels):
        target[i, k] = 1
    loss = np.mean([-np.log(p[i, k]) for i, k in enumerate(labels)])
    return loss, (p - target) / len(labels)
