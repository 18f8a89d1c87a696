# expect: unchanged

import numpy as np


def relu_forward(x):
    np.maximum(x, 0)
    return x
