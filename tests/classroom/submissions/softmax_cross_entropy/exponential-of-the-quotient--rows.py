# expect: exponential-of-the-quotient

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    total = np.exp(z).sum(axis=1)
    rows = np.arange(len(labels))
    loss = np.mean(-np.log(np.exp(z[rows, labels] / total)))
    p = np.exp(z) / total[:, None]
    p[rows, labels] -= 1
    return loss, p / len(labels)
