# expect: scaled-down

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) * (1 - p)
        return np.multiply(x, mask), mask
    return x, None
