# expect: gradient-forgotten

import numpy as np


def relu_backward(dy, x):
    dx = np.zeros(x.shape)
    dx[x > 0] = 1
    return dx
