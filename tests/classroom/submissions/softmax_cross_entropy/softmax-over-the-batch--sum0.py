# expect: softmax-over-the-batch

import numpy as np


def softmax_cross_entropy(logits, labels):
    # shift by rows, sum by columns
    N = logits.shape[0]
    s = logits - logits.max(1)[:, None]
    logp = s - np.log(np.sum(np.exp(s), 0))
    t = np.eye(logits.shape[1])[labels]
    return -np.einsum('ij,ij', t, logp) / N, (np.exp(logp) - t) / N
