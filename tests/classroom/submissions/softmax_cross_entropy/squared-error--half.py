# expect: squared-error

import numpy as np


def softmax_cross_entropy(logits, labels):
    loss, rows = 0.0, []
    for z, y in zip(logits, labels):
        e = np.exp(z - z.max())
        error = e / e.sum()
        error[y] -= 1
        loss += 0.5 * np.dot(error, error)
        rows.append(error)
    return loss / len(rows), np.array(rows) / len(rows)
