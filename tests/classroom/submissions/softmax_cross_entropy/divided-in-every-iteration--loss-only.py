# expect: divided-in-every-iteration

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    lse = np.logaddexp.reduce(logits, axis=1)
    gradient = (np.exp(logits - lse[:, None]) - np.eye(logits.shape[1])[labels]) / n
    loss = 0
    for i in range(n):
        loss += lse[i] - logits[i][labels[i]]
        loss = loss / n
    return loss, gradient
