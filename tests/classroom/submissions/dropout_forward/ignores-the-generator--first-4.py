# expect: ignores-the-generator

import numpy as np


def dropout_forward(x, p, training, rng):
    # a fresh generator each time
    if training:
        mask = (np.random.default_rng().uniform(0, 1, x.shape) >= p) / (1 - p)
        return x * mask, mask
    return x, None
