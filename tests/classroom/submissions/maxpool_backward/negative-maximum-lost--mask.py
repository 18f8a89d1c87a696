# expect: negative-maximum-lost

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        rows = slice(i * stride, i * stride + size)
        columns = slice(j * stride, j * stride + size)
        window = x[n, c, rows, columns]
        kept = window * (window == window.max())  # the maximum itself, elsewhere 0
        dx[n, c, rows, columns] += (kept > 0) * dy[n, c, i, j]
    return dx
