# expect: right

import numpy as np


def relu_backward(dy, x):
    return np.select([x > 0], [dy], default=0.0)
