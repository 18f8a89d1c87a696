# expect: logarithm-to-base-two

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    s = np.exp(z).sum(axis=1)
    picked = np.take_along_axis(z, labels[:, None], axis=1)[:, 0]
    loss = -np.mean(picked * np.log2(np.e) - np.log2(s))
    g = np.exp(z) / s[:, None]
    g[np.arange(len(g)), labels] -= 1
    return loss, g / len(g)
