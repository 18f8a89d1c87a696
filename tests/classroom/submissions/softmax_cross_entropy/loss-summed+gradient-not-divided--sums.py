# expect: loss-summed + gradient-not-divided

import numpy as np


def softmax_cross_entropy(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    y = np.eye(logits.shape[1])[labels]
    return -np.sum(y * logp), np.exp(logp) - y
