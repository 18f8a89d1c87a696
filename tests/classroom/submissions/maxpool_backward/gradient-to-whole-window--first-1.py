# expect: gradient-to-whole-window

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for (n, c, i, j), g in np.ndenumerate(dy):
        dx[n, c, i * stride:i * stride + size, j * stride:j * stride + size] += g
    return dx
