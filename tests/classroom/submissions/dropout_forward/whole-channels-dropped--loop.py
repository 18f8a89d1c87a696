# expect: whole-channels-dropped

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = np.zeros(x.shape)
    if x.ndim == 1:
        mask[rng.random(len(x)) >= p] = 1 / (1 - p)
    else:
        for n in range(x.shape[0]):
            for c in range(x.shape[1]):
                if rng.random() >= p:
                    mask[n, c] = 1 / (1 - p)
    return x * mask, mask
