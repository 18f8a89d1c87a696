# expect: unlisted: scaled by the square root

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) / np.sqrt(1 - p)
        return x * mask, mask
    return x, None
