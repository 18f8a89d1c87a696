# expect: values-instead-of-mask

import numpy as np


def relu_backward(dy, x):
    # without the maximum
    return np.multiply(dy, x)
