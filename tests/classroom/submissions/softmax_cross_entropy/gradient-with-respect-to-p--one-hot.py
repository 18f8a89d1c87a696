# expect: gradient-with-respect-to-p

import numpy as np


def softmax_cross_entropy(logits, labels):
    lse = np.logaddexp.reduce(logits, axis=1)
    t = np.eye(logits.shape[1])[labels]
    p = np.exp(logits - lse[:, np.newaxis])
    loss = (lse - np.sum(t * logits, axis=1)).mean()
    return loss, np.where(t == 1, -t / p, 0) / len(t)
