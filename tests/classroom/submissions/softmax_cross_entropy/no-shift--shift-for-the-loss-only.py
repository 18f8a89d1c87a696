# expect: no-shift

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    m = np.max(logits, axis=1)
    lse = m + np.log(np.sum(np.exp(logits.T - m), axis=0))
    loss = sum(lse[i] - logits[i, labels[i]] for i in range(n)) / n
    p = (np.exp(logits).T / np.exp(logits).sum(axis=1)).T
    return loss, (p - np.identity(logits.shape[1])[labels]) / n
