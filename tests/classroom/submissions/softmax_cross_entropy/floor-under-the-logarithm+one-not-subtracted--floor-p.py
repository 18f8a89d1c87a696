# expect: floor-under-the-logarithm + one-not-subtracted

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
    p = _probs(logits)
    loss = -sum(math.log(p[i, y] + 1e-10) for i, y in enumerate(labels))
    return loss / len(p), p / len(p)
