# expect: floor-under-the-logarithm

import numpy as np


def softmax_cross_entropy(logits, labels):
    eps = 1e-5
    ex = np.exp((logits.T - logits.max(1)).T)
    probs = ex / np.sum(ex, 1).reshape(len(ex), 1)
    loss = -np.log(probs[range(len(labels)), labels] + eps).sum() / len(labels)
    delta = np.zeros_like(probs)
    delta[range(len(labels)), labels] = 1
    return loss, (probs - delta) / len(labels)
