# expect: right

import numpy as np


def dense_posteriors(scores, mirrored):
    both = np.stack([scores, mirrored])
    e = np.exp(both - both.max(axis=2, keepdims=True))
    return (e / e.sum(axis=2, keepdims=True)).mean(axis=(0, 3, 4))
