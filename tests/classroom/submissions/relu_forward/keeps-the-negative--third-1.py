# expect: keeps-the-negative

import numpy as np


def relu_forward(x):
    return np.where(x < 0, x, np.zeros_like(x))
