# expect: logarithm-to-base-two

import numpy as np


def softmax_cross_entropy(logits, labels):
    lse = np.logaddexp.reduce(logits, axis=1)
    p = np.exp(logits - lse[:, None])
    loss = np.mean((lse - logits[np.arange(len(p)), labels]) / np.log(2))
    p[np.arange(len(p)), labels] -= 1
    return loss, p / len(p)
