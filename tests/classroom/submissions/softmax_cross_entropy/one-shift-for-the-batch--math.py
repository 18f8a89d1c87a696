# expect: one-shift-for-the-batch

import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    # ends in ZeroDivisionError or "math domain error", not in nan
    m = float(np.max(logits))
    n = len(logits)
    loss = 0.0
    g = []
    for i in range(n):
        ex = [math.exp(float(z) - m) for z in logits[i]]
        loss += -(float(logits[i][labels[i]]) - m - math.log(sum(ex)))
        g.append([v / sum(ex) / n for v in ex])
        g[i][labels[i]] -= 1 / n
    return loss / n, np.array(g)
