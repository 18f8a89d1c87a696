# expect: sum-over-everything + gradient-divided-by-classes

import numpy as np


def softmax_cross_entropy(logits, labels):
    lse = np.logaddexp.reduce(logits.flatten())
    d = np.exp(logits - lse)
    loss = 0
    for i, y in enumerate(labels):
        loss += lse - logits[i][y]
        d[i][y] -= 1
    return loss / len(labels), d / d.shape[1]
