# expect: binary-cross-entropy

import numpy as np


def softmax_cross_entropy(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    y = (labels[:, None] == np.arange(p.shape[1])).astype(float)
    per_row = [-(t @ np.log(q) + (1 - t) @ np.log(1 - q)) for t, q in zip(y, p)]
    return np.mean(per_row), (p - y) / len(p)
