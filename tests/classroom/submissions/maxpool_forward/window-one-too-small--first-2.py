# expect: window-one-too-small

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    y = np.empty((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            top, left = i * stride, j * stride
            bottom, right = top + size - 1, left + size - 1
            y[..., i, j] = x[..., top:bottom, left:right].max(axis=(-1, -2))
    return y
