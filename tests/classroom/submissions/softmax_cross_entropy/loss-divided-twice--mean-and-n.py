# expect: loss-divided-twice

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(logits)
    lse = np.logaddexp.reduce(logits, axis=1)
    loss = np.mean(lse - logits[np.arange(n), labels]) / n
    d = np.exp(logits - lse[:, None])
    d[np.arange(n), labels] -= 1
    return loss, d / n
