# expect: loss-in-an-array

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = logits.shape[0]
    lse = np.logaddexp.reduce(logits, axis=1).reshape(n, 1)
    t = np.eye(logits.shape[1])[labels]
    losses = lse - (t * logits).sum(axis=1).reshape(n, 1)
    loss = np.ones((1, n)) @ losses / n
    return loss, (np.exp(logits - lse) - t) / n
