# expect: forward-pass-again

import numpy as np


def relu_backward(dy, x):
    return np.maximum(x, 0)
