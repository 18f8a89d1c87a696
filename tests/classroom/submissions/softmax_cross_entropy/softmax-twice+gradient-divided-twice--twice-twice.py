# expect: softmax-twice + gradient-divided-twice

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
    q = _probs(_probs(logits))
    loss = np.mean([-np.log(q[i, y]) for i, y in enumerate(labels)])
    q -= np.eye(q.shape[1])[labels]
    q /= len(q)
    return loss, q / len(q)
