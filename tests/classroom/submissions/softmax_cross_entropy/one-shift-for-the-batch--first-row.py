# expect: one-shift-for-the-batch

import numpy as np


def softmax_cross_entropy(logits, labels):
    c = logits[0].max()
    z = logits - c
    e = np.exp(z)
    logp = z - np.log(e @ np.ones((z.shape[1], 1)))
    onehot = np.zeros_like(z)
    onehot[range(len(z)), labels] = 1
    return -(logp * onehot).sum() / len(z), (np.exp(logp) - onehot) / len(z)
