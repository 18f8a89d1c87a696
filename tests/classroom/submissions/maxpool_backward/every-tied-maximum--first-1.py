# expect: every-tied-maximum

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            sl = np.s_[:, :, i * stride:i * stride + size, j * stride:j * stride + size]
            win = x[sl]
            mask = win == win.max(axis=(2, 3), keepdims=True)
            dx[sl] += mask * dy[:, :, i:i + 1, j:j + 1]
    return dx
