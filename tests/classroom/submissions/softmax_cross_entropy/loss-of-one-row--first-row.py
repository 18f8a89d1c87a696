# expect: loss-of-one-row

import numpy as np


def softmax_cross_entropy(logits, labels):
    lse = np.logaddexp.reduce(logits, axis=1)
    d = np.exp(logits - lse[:, None])
    d[np.arange(len(d)), labels] -= 1
    return lse[0] - logits[0, labels[0]], d / len(d)
