# expect: loss-divided-by-classes

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(1, keepdims=True))
    rows = np.arange(len(z))
    loss = -log_p[rows, labels].sum() / z.shape[1]
    d = np.exp(log_p)
    d[rows, labels] -= 1
    return loss, d / len(z)
