# expect: subtracts-from-whole-columns + gradient-not-divided

import numpy as np


def softmax_cross_entropy(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp)
    d[:, labels] -= 1
    return -logp[np.arange(len(d)), labels].mean(), d
