# expect: probability-instead-of-logarithm

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
    y = np.eye(p.shape[1])[labels]
    return -(p * y).sum() / len(p), (p - y) / len(p)
