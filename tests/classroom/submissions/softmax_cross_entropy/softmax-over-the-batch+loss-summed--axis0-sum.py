# expect: softmax-over-the-batch + loss-summed

import numpy as np


def softmax_cross_entropy(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=0)
    d = np.exp(logp)
    d[range(len(d)), labels] -= 1
    return -sum(logp[i, y] for i, y in enumerate(labels)), d / len(d)
