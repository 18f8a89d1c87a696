# expect: every-tied-maximum

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            a, b = i * stride, j * stride
            win = x[:, :, a : a + size, b : b + size]
            best = win.max(axis=(2, 3), keepdims=True)
            dx[:, :, a : a + size, b : b + size] += (win == best) * dy[:, :, i : i + 1, j : j + 1]
    return dx
