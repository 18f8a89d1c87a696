# expect: leaky + one-at-zero

import numpy as np


def relu_backward(dy, x):
    factor = np.ones(x.shape)
    factor[x < 0] = 0.01
    return dy * factor
