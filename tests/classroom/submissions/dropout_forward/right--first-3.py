# expect: right

import numpy as np


def dropout_forward(x, p, training, rng):
    mask = None
    if training:
        mask = np.zeros(x.shape, dtype=np.float32)
        mask[rng.uniform(0.0, 1.0, x.shape) > p] = 1 / (1 - p)
    return x if mask is None else x * mask, mask
