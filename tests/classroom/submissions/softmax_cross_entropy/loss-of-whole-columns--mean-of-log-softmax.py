# expect: loss-of-whole-columns

import numpy as np


def softmax_cross_entropy(logits, labels):
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    loss = -np.mean(log_p[:, labels])
    d = np.exp(log_p)
    for n, label in enumerate(labels):
        d[n, label] -= 1.0
    return loss, d / logits.shape[0]
