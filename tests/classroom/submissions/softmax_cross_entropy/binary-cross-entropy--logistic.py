# expect: binary-cross-entropy

import numpy as np


def softmax_cross_entropy(logits, labels):
    m = logits.shape[0]
    A = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    A = np.clip(A / np.sum(A, axis=1, keepdims=True), 1e-12, 1 - 1e-12)
    Y = np.eye(A.shape[1])[labels]
    cost = -1 / m * np.sum(np.multiply(Y, np.log(A)) + np.multiply(1 - Y, np.log(1 - A)))
    return cost, (A - Y) / m
