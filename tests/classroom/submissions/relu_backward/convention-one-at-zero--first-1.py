# expect: convention one-at-zero

import numpy as np


def relu_backward(dy, x):
    return np.where(x < 0, 0, dy)
