# expect: no-shift + gradient-not-divided

import numpy as np


def softmax_cross_entropy(logits, labels):
    loss = 0
    d = []
    for z, y in zip(logits, labels):
        s = np.sum(np.exp(z))
        loss += np.log(s) - z[y]
        d.append(np.exp(z) / s)
        d[-1][y] -= 1
    return loss / len(d), np.array(d)
