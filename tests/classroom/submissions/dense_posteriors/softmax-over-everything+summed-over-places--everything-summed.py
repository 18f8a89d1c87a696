# expect: softmax-over-everything + summed-over-places

import numpy as np


def dense_posteriors(scores, mirrored):
    p = 0
    for m in (scores, mirrored):
        e = np.exp(m - m.max((1, 2, 3), keepdims=True))
        p = p + (e / e.sum((1, 2, 3), keepdims=True)).sum((2, 3)) / 2
    return p
