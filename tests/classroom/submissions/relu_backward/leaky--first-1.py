# expect: leaky

import numpy as np


def relu_backward(dy, x):
    slope = np.ones_like(x)
    slope[x < 0] = 0.01
    slope[x == 0] = 0
    return dy * slope
