# expect: no-mask

import numpy as np


def relu_backward(dy, x):
    dx = np.zeros_like(x)
    dx += dy
    return dx
