# expect: one-not-subtracted

import functools
import math

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    loss, d = 0.0, []
    for i in range(n):
        lse = functools.reduce(np.logaddexp, logits[i])
        loss += (lse - logits[i, labels[i]]) / n
        d.append([math.exp(z - lse) / n for z in logits[i]])
    return loss, np.array(d)
