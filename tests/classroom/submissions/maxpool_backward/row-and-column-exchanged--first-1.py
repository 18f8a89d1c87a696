# expect: row-and-column-exchanged

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        b, a = divmod(x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].argmax(), size)
        dx[n, c, i * stride + a, j * stride + b] += dy[n, c, i, j]
    return dx
