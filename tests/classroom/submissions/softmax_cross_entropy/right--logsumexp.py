# expect: right

import numpy as np


def softmax_cross_entropy(logits, labels):
    top = logits.max(axis=1, keepdims=True)
    lse = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    logp = logits - lse
    rows = np.arange(len(labels))
    d = np.exp(logp)
    d[rows, labels] -= 1
    return -logp[rows, labels].mean(), d / len(labels)
