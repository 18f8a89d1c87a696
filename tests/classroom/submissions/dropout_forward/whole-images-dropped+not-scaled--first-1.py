# expect: whole-images-dropped + not-scaled

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = np.ones_like(x)
        y = x.copy()
        for n in range(len(x)):
            if rng.random() < p:
                y[n] = 0
                mask[n] = 0
        return y, mask
    return x, None
