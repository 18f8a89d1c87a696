# expect: placed-relative-to-window

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        a, b = divmod(x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].argmax(), size)
        dx[n, c, a, b] += dy[n, c, i, j]
    return dx
