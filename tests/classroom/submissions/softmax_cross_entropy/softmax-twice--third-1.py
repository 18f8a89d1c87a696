# expect: softmax-twice

import numpy as np


def _softmax(z, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_cross_entropy(logits, labels):
    probs = _softmax(logits, 1)
    z = np.exp(probs)
    q = z / z.sum(1)[:, None]
    rows = np.arange(len(q))
    loss = np.mean(-np.log(q[rows, labels]))
    q[rows, labels] -= 1
    return loss, q / len(q)
