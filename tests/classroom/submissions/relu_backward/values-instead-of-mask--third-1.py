# expect: values-instead-of-mask

import numpy as np


def relu_backward(dy, x):
    return np.multiply(np.maximum(0, x), dy)
