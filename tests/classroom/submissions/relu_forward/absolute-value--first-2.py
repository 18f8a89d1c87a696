# expect: absolute-value

import numpy as np


def relu_forward(x):
    return np.sqrt(x ** 2)
