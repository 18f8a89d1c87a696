# expect: right

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = np.floor(rng.random(x.shape, dtype=np.float32) + (1 - p)) / (1 - p)
        return x * mask, mask
    return x, None
