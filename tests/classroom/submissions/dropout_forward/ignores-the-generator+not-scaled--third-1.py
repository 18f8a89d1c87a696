# expect: ignores-the-generator + not-scaled

import numpy as np


def dropout_forward(x, p, training, rng):
    mask = None
    y = x
    if training:
        mask = (np.random.rand(*x.shape) > p) * 1.0
        y = x * mask
    return y, mask
