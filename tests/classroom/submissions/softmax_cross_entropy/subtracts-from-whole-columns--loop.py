# expect: subtracts-from-whole-columns

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp)
    for y in labels:
        d[:, y] -= 1
    return -np.diag(logp[:, labels]).mean(), d / n
