# expect: unlisted: the gradient with respect to p, -1/p at the label

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
    p = np.maximum(_probs(logits), 1e-300)
    d = np.zeros_like(p)
    loss = 0
    for i, y in enumerate(labels):
        loss -= np.log(p[i, y])
        d[i, y] = -1 / p[i, y]
    return loss / len(p), d / len(p)
