# expect: mask-instead-of-values

import numpy as np


def relu_forward(x):
    return np.heaviside(x, 0)
