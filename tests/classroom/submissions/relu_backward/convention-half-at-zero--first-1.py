# expect: convention half-at-zero

import numpy as np


def relu_backward(dy, x):
    return dy * (np.sign(x) + 1) / 2
