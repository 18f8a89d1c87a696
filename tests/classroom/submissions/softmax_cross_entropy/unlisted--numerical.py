# expect: unlisted: forward differences with step 1e-4 for the gradient: right to four digits only

import itertools

import numpy as np


def softmax_cross_entropy(logits, labels):
    def f(z):
        lse = np.logaddexp.reduce(z, axis=1)
        return np.mean(lse - z[np.arange(len(z)), labels])
    d = np.zeros(logits.shape)
    base = f(logits)
    for i, j in itertools.product(*map(range, logits.shape)):
        z = logits.copy()
        z[i, j] += 1e-4
        d[i, j] = (f(z) - base) / 1e-4
    return base, d
