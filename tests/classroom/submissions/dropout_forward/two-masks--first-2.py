# expect: two-masks

import numpy as np


def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    y = np.array([0.0 if rng.random() < p else v / (1 - p) for v in x.flat]).reshape(x.shape)
    mask = np.array([0.0 if rng.random() < p else 1 / (1 - p) for v in x.flat]).reshape(x.shape)
    return y, mask
