# expect: mask-from-gradient + gradient-forgotten

import numpy as np


def relu_backward(dy, x):
    return np.heaviside(dy, 0.0)
