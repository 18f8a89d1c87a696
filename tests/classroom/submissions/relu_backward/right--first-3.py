# expect: right

import numpy as np


def relu_backward(dy, x):
    dx = np.array(dy, order='F', dtype=np.float32)
    dx[np.nonzero(x <= 0)] = 0
    return dx
