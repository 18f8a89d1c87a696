# expect: log-of-the-sum-missing

import numpy as np


def softmax_cross_entropy(logits, labels):
    loss = 0
    d = []
    for z, y in zip(logits, labels):
        z = z - z.max()
        loss += -z[y]
        row = np.exp(z) / np.exp(z).sum()
        row[y] -= 1
        d.append(row / len(labels))
    return loss / len(labels), np.stack(d)
