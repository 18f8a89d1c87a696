# expect: elu

import numpy as np


def relu_forward(x):
    y = np.array(x, float)
    y[y < 0] = np.expm1(y[y < 0])
    return y
