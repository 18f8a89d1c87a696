# expect: zero-times-log-zero

import numpy as np


def softmax_cross_entropy(logits, labels):
    t = np.eye(logits.shape[1])[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -(t * np.log(p)).sum() / len(t), (p - t) / len(t)
