# expect: sign-instead-of-mask

import numpy as np


def relu_backward(dy, x):
    return np.where(x > 0, dy, -dy)
