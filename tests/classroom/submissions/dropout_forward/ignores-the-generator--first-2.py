# expect: ignores-the-generator

import numpy as np


def dropout_forward(x, p, training, rng):
    # the same mask in every call
    rng = np.random.default_rng(42)
    if not training:
        return x, None
    mask = rng.choice([0.0, 1.0], size=x.shape, p=[p, 1 - p]) / (1 - p)
    return x * mask, mask
