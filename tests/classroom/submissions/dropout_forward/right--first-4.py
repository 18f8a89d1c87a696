# expect: right

import numpy as np


def dropout_forward(x, p, training, rng):
    # one number after the other
    if not training:
        return x, None
    y, mask = np.zeros_like(x), np.zeros_like(x)
    for idx, v in np.ndenumerate(x):
        if rng.random() < 1 - p:
            mask[idx] = 1 / (1 - p)
            y[idx] = v / (1 - p)
    return y, mask
