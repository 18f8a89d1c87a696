# expect: right

import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = [[float(v) for v in row] for row in logits]
    n = len(z)
    loss = 0.0
    grad = []
    for row, y in zip(z, labels):
        m = max(row)
        e = [math.exp(v - m) for v in row]
        s = math.fsum(e)
        loss += m + math.log(s) - row[y]
        grad.append([(e[k] / s - (1 if k == y else 0)) / n for k in range(len(row))])
    return [loss / n, np.array(grad)]
