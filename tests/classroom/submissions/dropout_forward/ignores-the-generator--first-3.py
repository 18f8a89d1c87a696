# expect: ignores-the-generator

import random

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = np.array([0.0 if random.random() < p else 1 / (1 - p) for _ in range(x.size)]).reshape(x.shape)
        return x * mask, mask
    return x, None
