# expect: mask-at-test

import numpy as np


def dropout_forward(x, p, training, rng):
    mask = np.ones_like(x)
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask
