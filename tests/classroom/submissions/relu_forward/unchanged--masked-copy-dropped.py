# expect: unchanged

import numpy as np


def relu_forward(x):
    y = x.copy()
    mask = y < 0
    np.where(mask, 0, y)        # the result is not used
    return y
