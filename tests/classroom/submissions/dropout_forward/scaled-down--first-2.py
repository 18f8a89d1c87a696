# expect: scaled-down

import numpy as np


def dropout_forward(x, p, training, rng):
    # by p
    if training:
        mask = np.where(rng.random(x.shape) < p, 0.0, p)
        return x * mask, mask
    return x, None
