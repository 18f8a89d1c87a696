# expect: mask-instead-of-values

import numpy as np


def relu_forward(x):
    return np.where(x > 0, 1, 0)
