# expect: mask-not-scaled

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    keep = np.array([rng.random() >= p for _ in range(x.size)]).reshape(x.shape)
    y = np.zeros(x.shape)
    y[keep] = x[keep] / (1 - p)
    return y, keep
