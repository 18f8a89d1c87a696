# expect: gradient-with-wrong-sign + logarithm-to-base-ten

import numpy as np


def softmax_cross_entropy(logits, labels):
    rows = np.arange(labels.size)
    z = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1)
    log_p = z[rows, labels] * np.log10(np.e) - np.log10(total)
    y = (labels[:, None] == np.arange(logits.shape[1])).astype(float)
    return -log_p.mean(), (y - e / total[:, None]) / labels.size
