# expect: loss-of-all-classes

import numpy as np


def softmax_cross_entropy(logits, labels):
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    onehot = labels[:, None] == np.arange(logits.shape[1])
    return -log_p.sum(axis=1).mean(), (np.exp(log_p) - onehot) / len(labels)
