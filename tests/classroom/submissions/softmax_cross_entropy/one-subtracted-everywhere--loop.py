# expect: one-subtracted-everywhere

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    loss, d = 0, []
    for z, label in zip(logits, labels):
        log_p = z - np.logaddexp.reduce(z)
        loss += -log_p[label] / n
        row = []
        for k in range(len(z)):
            row.append((np.exp(log_p[k]) - 1) / n)
        d.append(row)
    return loss, np.array(d)
