# expect: threshold-at-one

import numpy as np


def relu_forward(x):
    out = np.array(x, dtype=float)
    out[out < 1] = 0
    return out
