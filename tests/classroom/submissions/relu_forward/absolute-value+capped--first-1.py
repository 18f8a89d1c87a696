# expect: absolute-value + capped

import numpy as np


def relu_forward(x):
    return np.minimum(abs(x), 6)
