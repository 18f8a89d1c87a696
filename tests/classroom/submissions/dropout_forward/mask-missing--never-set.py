# expect: mask-missing

import numpy as np


def dropout_forward(x, p, training, rng):
    mask, y = None, x
    if training:
        kept = rng.uniform(size=x.shape) > p
        y = np.where(kept, x / (1 - p), 0)
    return y, mask
