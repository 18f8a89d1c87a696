# expect: gradient-forgotten + every-tied-maximum

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        sl = np.s_[n, c, i * stride:i * stride + size, j * stride:j * stride + size]
        dx[sl] += x[sl] == x[sl].max()
    return dx
