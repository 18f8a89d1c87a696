# expect: gradient-not-divided

import numpy as np


def softmax_cross_entropy(logits, labels):
    total = 0.0
    dlogits = np.empty_like(logits)
    for n, (z, y) in enumerate(zip(logits, labels)):
        m = z.max()
        e = np.exp(z - m)
        total += np.log(e.sum()) + m - z[y]
        for k in range(z.size):
            dlogits[n, k] = e[k] / e.sum() - (k == y)
    return total / len(labels), dlogits
