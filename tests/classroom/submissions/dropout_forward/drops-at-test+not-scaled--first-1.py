# expect: drops-at-test + not-scaled

import numpy as np


def dropout_forward(x, p, training, rng):
    mask = rng.random(x.shape) >= p
    return np.where(mask, x, 0.0), mask
