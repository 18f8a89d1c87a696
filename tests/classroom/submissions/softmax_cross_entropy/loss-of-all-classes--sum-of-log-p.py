# expect: loss-of-all-classes

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    loss = -np.sum(np.log(p)) / len(p)
    p[range(len(p)), labels] -= 1
    return loss, p / len(p)
