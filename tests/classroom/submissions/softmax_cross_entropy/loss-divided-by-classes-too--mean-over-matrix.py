# expect: loss-divided-by-classes-too

import numpy as np


def softmax_cross_entropy(logits, labels):
    N, K = logits.shape
    truth = np.zeros((N, K))
    for n in range(N):
        truth[n, labels[n]] = 1.0
    logp = logits - np.logaddexp.reduce(logits, axis=1).reshape(N, 1)
    return np.mean(-truth * logp), (np.exp(logp) - truth) / N
