# expect: results-in-another-order

import numpy as np


def softmax_cross_entropy(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    y = np.eye(logits.shape[1])[labels]
    return (np.exp(logp) - y) / len(y), -(y * logp).sum() / len(y)
