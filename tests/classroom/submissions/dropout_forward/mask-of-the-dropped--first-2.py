# expect: mask-of-the-dropped

import numpy as np


def dropout_forward(x, p, training, rng):
    # scaled, too
    mask = None
    y = x.copy()
    if training:
        gone = rng.binomial(1, p, size=x.shape)
        y = np.where(gone, 0, x / (1 - p))
        mask = gone / (1 - p)
    return y, mask
