# expect: one-mask-for-the-batch + scaled-by-drop-probability

import numpy as np


def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape[1:]) >= p) / p
        return x * mask, np.broadcast_to(mask, x.shape)
    return x, None
