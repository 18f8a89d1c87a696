# expect: softmax-over-places + mirror-added

import numpy as np


def dense_posteriors(scores, mirrored):
    r = 0
    for m in (scores, mirrored):
        e = np.exp(m - m.max((2, 3), keepdims=True))
        r = r + (e / e.sum((2, 3), keepdims=True)).mean((2, 3))
    return r
