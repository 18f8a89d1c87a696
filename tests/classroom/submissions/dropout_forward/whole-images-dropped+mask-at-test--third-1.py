# expect: whole-images-dropped + mask-at-test

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, np.ones_like(x)
    alive = rng.random(x.shape[0]) >= p
    mask = np.ones(x.shape) / (1 - p)
    mask[~alive] = 0
    return x * mask, mask
