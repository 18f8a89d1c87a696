# expect: gradient-forgotten

import numpy as np


def maxpool_backward(dy, x, size, stride):
    # += 1: a pixel that wins twice has a 2
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        win = x[n, c, i * stride:i * stride + size, j * stride:j * stride + size]
        a, b = divmod(win.argmax(), size)
        dx[n, c, i * stride + a, j * stride + b] += 1
    return dx
