# expect: softplus

import numpy as np


def relu_forward(x):
    return np.logaddexp(0, x)
