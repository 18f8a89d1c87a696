# expect: exponential-of-the-quotient

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    loss, dlogits = 0.0, np.zeros_like(logits)
    for i, label in enumerate(labels):
        z = logits[i] - logits[i].max()
        total = np.exp(z).sum()
        loss += -np.log(np.exp(z[label] / total))
        dlogits[i] = np.exp(z) / total
        dlogits[i, label] -= 1
    return loss / n, dlogits / n
