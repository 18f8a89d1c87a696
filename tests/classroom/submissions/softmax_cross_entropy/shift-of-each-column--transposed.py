# expect: shift-of-each-column

import numpy as np


def softmax_cross_entropy(logits, labels):
    # each class is shifted by its largest logit
    z = np.array([column - column.max() for column in logits.T]).T
    lse = np.logaddexp.reduce(z, axis=1)
    rows = np.arange(z.shape[0])
    grad = np.exp(z - lse[:, np.newaxis])
    grad[rows, labels] = grad[rows, labels] - 1
    return (lse - z[rows, labels]).sum() / z.shape[0], grad / z.shape[0]
