# expect: not-scaled

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    y = x.copy()
    mask = np.ones(x.shape)
    for idx in np.ndindex(*x.shape):
        if rng.random() < p:
            y[idx] = 0
            mask[idx] = 0
    return y, mask
