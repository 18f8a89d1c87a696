# expect: convention last-of-ties

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dy.shape):
        best, where = -np.inf, None
        for a in range(i * stride, i * stride + size):
            for b in range(j * stride, j * stride + size):
                if x[n, c, a, b] >= best:
                    best, where = x[n, c, a, b], (n, c, a, b)
        dx[where] += dy[n, c, i, j]
    return dx
