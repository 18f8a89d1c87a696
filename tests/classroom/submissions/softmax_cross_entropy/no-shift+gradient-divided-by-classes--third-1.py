# expect: no-shift + gradient-divided-by-classes

import numpy as np


def softmax_cross_entropy(logits, labels):
    exps = np.exp(logits)
    sums = exps.sum(axis=1)
    n, k = logits.shape
    loss = (np.log(sums) - logits[np.arange(n), labels]).mean()
    grad = exps / sums[:, None]
    grad[np.arange(n), labels] -= 1
    return loss, grad / k
