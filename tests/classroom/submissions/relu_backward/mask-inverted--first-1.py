# expect: mask-inverted

import numpy as np


def relu_backward(dy, x):
    dx = np.array(dy)
    dx[x > 0] = 0
    return dx
