# expect: loss-of-whole-columns

import numpy as np


def softmax_cross_entropy(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    n = len(labels)
    loss = -np.log(probs[:, labels]).sum() / n
    d = probs.copy()
    d[np.arange(n), labels] -= 1
    return loss, d / n
