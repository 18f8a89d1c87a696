# expect: mask-inverted + values-instead-of-mask

import numpy as np


def relu_backward(dy, x):
    return dy * np.minimum(x, 0)
