# expect: threshold-at-one

import numpy as np


def relu_forward(x):
    y = np.zeros_like(x)
    y[x >= 1] = x[x >= 1]
    return y
