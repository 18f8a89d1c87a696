# expect: softmax-twice

import math

import numpy as np


def _probs(rows):
    out = []
    for r in rows:
        m = max(r)
        e = [math.exp(v - m) for v in r]
        out.append([v / sum(e) for v in e])
    return np.array(out)


def softmax_cross_entropy(logits, labels):
    p = _probs(_probs(logits))
    n = len(labels)
    loss = -sum(math.log(p[i, y]) for i, y in enumerate(labels)) / n
    p[list(range(n)), labels] -= 1
    return loss, p / n
