# expect: logarithm-of-the-mean

import numpy as np


def softmax_cross_entropy(logits, labels):
    N = logits.shape[0]
    t = np.eye(logits.shape[1])[labels]
    e = np.exp(logits - np.max(logits, axis=1).reshape(N, 1))
    y = e / np.sum(e, axis=1).reshape(N, 1)
    return -np.log(np.sum(y * t) / N), (y - t) / N
