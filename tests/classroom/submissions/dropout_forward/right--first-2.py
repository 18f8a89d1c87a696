# expect: right

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = rng.choice([0.0, 1.0 / (1.0 - p)], size=x.shape, p=[p, 1 - p])
        return np.asfortranarray(x * mask), np.asfortranarray(mask)
    return x.copy(), None
