# expect: scaled-at-test-only

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = np.asarray(rng.random(x.shape) >= p, dtype=float)
        y = x * mask
    else:
        mask = None
        y = (1 - p) * x
    return y, mask
