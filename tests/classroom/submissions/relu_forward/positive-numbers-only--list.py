# expect: positive-numbers-only

import numpy as np


def relu_forward(x):
    return np.array([value for value in x.ravel() if value >= 0])
