# expect: mask-not-scaled

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    y = np.zeros(x.shape)
    y[mask] = x[mask] / (1 - p)
    return y, mask.astype(float)
