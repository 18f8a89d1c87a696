# expect: loss-with-wrong-sign

import numpy as np


def softmax_cross_entropy(logits, labels):
    logp = np.array([r - np.logaddexp.reduce(r) for r in logits])
    picked = logp[np.arange(len(labels)), labels]
    g = np.exp(logp)
    g[np.arange(len(labels)), labels] -= 1
    return np.sum(picked) / len(labels), g / len(labels)
