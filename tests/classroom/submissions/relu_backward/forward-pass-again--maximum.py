# expect: forward-pass-again

import numpy as np


def relu_backward(dy, x):
    dx = np.maximum(0, x)
    return dx
