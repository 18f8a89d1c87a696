# expect: right

import numpy as np


def relu_forward(x):
    return (x + np.abs(x)) / 2
