# expect: negative-maximum-lost

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dy.shape):
        best, where = 0, None  # a search that begins with 0
        for a in range(i * stride, i * stride + size):
            for b in range(j * stride, j * stride + size):
                if x[n, c, a, b] > best:
                    best, where = x[n, c, a, b], (n, c, a, b)
        if where is not None:
            dx[where] += dy[n, c, i, j]
    return dx
