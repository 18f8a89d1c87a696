# expect: leaky

import numpy as np


def relu_backward(dy, x):
    return np.where(x > 0, dy, 0.01 * dy)
