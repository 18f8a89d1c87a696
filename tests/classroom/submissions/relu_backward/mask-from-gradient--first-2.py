# expect: mask-from-gradient

import numpy as np


def relu_backward(dy, x):
    return np.maximum(dy, 0)
