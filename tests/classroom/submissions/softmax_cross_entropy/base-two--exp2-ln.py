# expect: base-two

import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    N = len(logits)
    loss, grad = 0.0, []
    for z, y in zip(logits, labels):
        e = np.exp2(z - z.max())
        loss += math.log(e.sum()) - (z[y] - z.max()) * math.log(2)
        e /= e.sum()
        e[y] -= 1
        grad.append(e / N)
    return loss / N, np.vstack(grad)
