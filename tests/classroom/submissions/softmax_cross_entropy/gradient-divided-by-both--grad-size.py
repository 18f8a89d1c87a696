# expect: gradient-divided-by-both

import numpy as np


def softmax_cross_entropy(logits, labels):
    mx = logits.max(axis=1, keepdims=True)
    logp = logits - mx - np.log(np.exp(logits - mx).sum(axis=1, keepdims=True))
    d = np.exp(logp)
    d[np.arange(d.shape[0]), labels] -= 1
    d /= d.size
    return -logp[np.arange(d.shape[0]), labels].mean(), d
