# expect: divided-in-every-iteration

import numpy as np


def softmax_cross_entropy(logits, labels):
    loss, d = 0.0, np.zeros_like(logits)
    for i in range(len(logits)):
        z = logits[i] - logits[i].max()
        log_p = z - np.log(np.exp(z).sum())
        loss -= log_p[labels[i]]
        d[i] += np.exp(log_p)
        d[i, labels[i]] -= 1
        loss /= len(logits)
        d /= len(logits)
    return loss, d
