# expect: loss-of-one-row

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    d = np.empty(logits.shape)
    for i in range(n):
        z = logits[i] - logits[i].max()
        log_p = z - np.log(np.exp(z).sum())
        loss = -log_p[labels[i]]          # = where += is meant
        d[i] = np.exp(log_p)
        d[i, labels[i]] -= 1
    return loss / n, d / n
