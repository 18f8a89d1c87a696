# expect: assigned-instead-of-added

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        t, l = i * stride, j * stride
        r, s = np.unravel_index(np.argmax(x[n, c, t:t + size, l:l + size]), (size, size))
        dx[n, c, t + r, l + s] = dy[n, c, i, j]
    return dx
