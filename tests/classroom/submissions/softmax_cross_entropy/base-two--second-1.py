# expect: base-two

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(1, keepdims=True)
    w = 2.0 ** z
    s = w.sum(1, keepdims=True)
    bits = np.log2(s) - z
    rows = np.arange(len(z))
    d = w / s
    d[rows, labels] -= 1
    return bits[rows, labels].mean(), d / len(z)
