# expect: whole-channels-dropped

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    shape = x.shape[:2] + (1,) * (x.ndim - 2)
    mask = np.broadcast_to((rng.random(shape) >= p) / (1 - p), x.shape)
    return x * mask, mask
