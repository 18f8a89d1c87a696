# expect: normal-instead-of-uniform

import numpy as np


def dropout_forward(x, p, training, rng):
    mask = None
    y = x
    if training:
        noise = rng.normal(size=x.shape)
        mask = np.where(noise < p, 0, 1 / (1 - p))
        y = x * mask
    return y, mask
