# expect: mask-at-test + scaled-at-test

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p)
    else:
        mask = np.full(x.shape, 1 - p)
    return x * mask, mask
