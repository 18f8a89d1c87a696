# expect: convention one-at-zero

import numpy as np


def relu_backward(dy, x):
    return dy * np.heaviside(x, 1)
