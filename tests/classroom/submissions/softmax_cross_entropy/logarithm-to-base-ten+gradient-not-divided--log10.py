# expect: logarithm-to-base-ten + gradient-not-divided

import numpy as np


def softmax_cross_entropy(logits, labels):
    e = np.exp(logits - logits.max(1, keepdims=True))
    s = e.sum(1)
    z = (logits - logits.max(1, keepdims=True))[np.arange(len(e)), labels]
    loss = np.mean(np.log10(s) - z / np.log(10))
    g = e / s[:, None]
    g[np.arange(len(e)), labels] -= 1
    return loss, g
