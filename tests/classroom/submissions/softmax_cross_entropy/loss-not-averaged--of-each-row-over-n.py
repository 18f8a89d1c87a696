# expect: loss-not-averaged

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(logits)
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp) / n
    d[np.arange(n), labels] -= 1 / n
    return list(-logp[np.arange(n), labels] / n), d
