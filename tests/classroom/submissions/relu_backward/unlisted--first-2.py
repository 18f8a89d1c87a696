# expect: unlisted: returns the forward pass

import numpy as np


def relu_backward(dy, x):
    return np.maximum(x, 0)
