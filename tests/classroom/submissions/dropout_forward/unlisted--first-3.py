# expect: unlisted: exactly the share p is dropped, by a permutation (arguably acceptable)

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = np.full(x.size, 1 / (1 - p))
    mask[rng.permutation(x.size)[:int(round(p * x.size))]] = 0
    mask = mask.reshape(x.shape)
    return x * mask, mask
