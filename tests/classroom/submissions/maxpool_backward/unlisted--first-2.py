# expect: unlisted: winners of the whole channel, not of the window

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c in np.ndindex(*x.shape[:2]):
        a, b = np.unravel_index(x[n, c].argmax(), x[n, c].shape)
        dx[n, c, a, b] = dy[n, c].sum()
    return dx
