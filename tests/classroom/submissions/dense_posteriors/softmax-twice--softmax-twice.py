# expect: softmax-twice

import numpy as np


def dp_right_stack(scores, mirrored):
    both = np.stack([scores, mirrored])
    e = np.exp(both - both.max(axis=2, keepdims=True))
    return (e / e.sum(axis=2, keepdims=True)).mean(axis=(0, 3, 4))


def dense_posteriors(scores, mirrored):
    p = dp_right_stack(scores, mirrored)
    return np.exp(p) / np.exp(p).sum(1, keepdims=True)
