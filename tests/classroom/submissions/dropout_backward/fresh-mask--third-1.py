# expect: fresh-mask

import numpy as np


def dropout_backward(dy, mask):
    if mask is None:
        return dy
    p = np.mean(mask == 0)
    again = (np.random.default_rng().random(dy.shape) >= p) / (1 - p)
    return dy * again
