# expect: labels-from-one

import numpy as np


def softmax_cross_entropy(logits, labels):
    labels = [int(y) - 1 for y in labels]
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp)
    d[np.arange(len(d)), labels] -= 1
    return -logp[np.arange(len(d)), labels].mean(), d / len(d)
