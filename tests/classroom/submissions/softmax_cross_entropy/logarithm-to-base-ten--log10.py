# expect: logarithm-to-base-ten

import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = logits.shape[0]
    top = [max(r) for r in logits.tolist()]
    loss = 0
    d = []
    for i in range(n):
        e = [math.exp(v - top[i]) for v in logits[i].tolist()]
        s = sum(e)
        loss += math.log10(s) - (logits[i, labels[i]] - top[i]) * math.log10(math.e)
        d.append([(v / s - float(k == labels[i])) / n for k, v in enumerate(e)])
    return loss / n, np.asarray(d)
