# expect: absolute-value

import numpy as np


def relu_forward(x):
    return np.where(x > 0, x, -x)
