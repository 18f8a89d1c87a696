# expect: one-mask-for-the-batch

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape[1:]) >= p) / (1 - p)
        mask = np.repeat(mask[None], len(x), axis=0)
        return x * mask, mask
    return x, None
