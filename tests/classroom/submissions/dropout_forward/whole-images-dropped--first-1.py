# expect: whole-images-dropped

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(len(x)) >= p) / (1 - p)
        mask = mask.reshape((-1,) + (1,) * (x.ndim - 1))
        return x * mask, mask * np.ones_like(x)
    return x, None
