# expect: scaled-by-drop-probability

import numpy as np


def dropout_forward(x, p, training, rng):
    if training is False:
        return x, None
    m = np.where(rng.uniform(size=x.shape) < p, 0.0, 1.0)
    m /= p
    return m * x, m
