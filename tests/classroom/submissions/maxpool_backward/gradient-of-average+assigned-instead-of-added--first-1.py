# expect: gradient-of-average + assigned-instead-of-added

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        dx[n, c, i * stride:i * stride + size, j * stride:j * stride + size] = dy[n, c, i, j] / size ** 2
    return dx
