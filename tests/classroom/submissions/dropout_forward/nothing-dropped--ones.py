# expect: nothing-dropped

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = np.ones(x.shape) / (1 - p)
    mask[rng.random(x.shape) > 1] = 0
    return x * mask, mask
