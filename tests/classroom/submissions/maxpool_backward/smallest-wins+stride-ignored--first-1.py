# expect: smallest-wins + stride-ignored

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        a, b = divmod(x[n, c, i:i + size, j:j + size].argmin(), size)
        dx[n, c, i + a, j + b] += dy[n, c, i, j]
    return dx
