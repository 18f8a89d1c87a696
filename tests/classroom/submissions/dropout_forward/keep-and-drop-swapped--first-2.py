# expect: keep-and-drop-swapped

import numpy as np


def dropout_forward(x, p, training, rng):
    # kept with p, but scaled by 1 / (1 - p)
    mask = None
    out = x
    if training:
        mask = np.where(rng.uniform(size=x.shape) <= p, 1 / (1 - p), 0)
        out = x * mask
    return out, mask
