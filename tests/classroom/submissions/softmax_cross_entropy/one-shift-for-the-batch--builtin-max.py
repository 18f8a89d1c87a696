# expect: one-shift-for-the-batch

import numpy as np


def softmax_cross_entropy(logits, labels):
    biggest = max(max(row) for row in logits.tolist())
    losses, rows = [], []
    for row, label in zip(logits, labels):
        e = np.exp(row - biggest)
        losses.append(np.log(e.sum()) - (row[label] - biggest))
        p = e / e.sum()
        p[label] -= 1
        rows.append(p)
    return np.mean(losses), np.stack(rows) / len(rows)
