# expect: sum-over-everything

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - np.max(logits, axis=1).reshape(-1, 1)
    e = np.exp(z)
    s = np.sum(e)
    loss = 0
    for i in range(z.shape[0]):
        loss += np.log(s) - z[i, labels[i]]
    g = e / s
    for i in range(z.shape[0]):
        g[i, labels[i]] -= 1
    return loss / z.shape[0], g / z.shape[0]
