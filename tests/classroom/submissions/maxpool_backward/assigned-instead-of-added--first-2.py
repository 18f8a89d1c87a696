# expect: assigned-instead-of-added

import numpy as np


def maxpool_backward(dy, x, size, stride):
    # the whole window is written: zeros over earlier winners
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        t, l = i * stride, j * stride
        mask = np.zeros(size * size)
        mask[np.argmax(x[n, c, t:t + size, l:l + size])] = 1
        dx[n, c, t:t + size, l:l + size] = mask.reshape(size, size) * dy[n, c, i, j]
    return dx
