# expect: not-scaled + ignores-the-generator

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = np.random.rand(*x.shape) > p
        return x * mask, mask
    return x, None
