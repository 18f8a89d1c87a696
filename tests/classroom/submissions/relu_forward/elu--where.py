# expect: elu

import numpy as np


def relu_forward(x):
    return np.where(x > 0, x, np.exp(x) - 1)
