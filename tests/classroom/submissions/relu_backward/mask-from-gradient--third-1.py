# expect: mask-from-gradient

import numpy as np


def relu_backward(dy, x):
    return np.where(dy > 0, dy, 0) * np.where(x > 0, 1, 0)
