# expect: one-mask-for-the-batch

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    keep = rng.random(x.shape[1:]) >= p
    mask = np.repeat(keep[None], x.shape[0], axis=0) / (1.0 - p)
    return x * mask, mask
