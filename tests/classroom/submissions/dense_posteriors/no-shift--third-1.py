# expect: no-shift

import numpy as np


def dense_posteriors(scores, mirrored):
    total = 0
    for z in [scores, mirrored]:
        e = np.exp(z)
        p = e / e.sum(axis=1)[:, None]
        total = total + p.sum(axis=(2, 3)) / (z.shape[2] * z.shape[3])
    return total / 2
