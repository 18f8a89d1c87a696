# expect: whole-images-dropped

import numpy as np


def dropout_forward(x, p, training, rng):
    # the mask has a single column
    if not training:
        return x, None
    mask = np.where(rng.random((x.shape[0],) + (1,) * (x.ndim - 1)) < p, 0, 1 / (1 - p))
    return x * mask, mask
