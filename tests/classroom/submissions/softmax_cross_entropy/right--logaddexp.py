# expect: right

import numpy as np


def softmax_cross_entropy(logits, labels):
    N, K = logits.shape
    target = np.eye(K)[labels]
    logz = np.logaddexp.reduce(logits, axis=1)
    loss = np.sum(logz - np.einsum('nk,nk->n', target, logits)) / N
    return loss, (np.exp(logits - logz[:, None]) - target) / N
