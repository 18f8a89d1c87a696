# expect: stops-after-first-window

import numpy as np


def maxpool_backward(dy, x, size, stride):
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            win = x[:, :, i * stride:i * stride + size, j * stride:j * stride + size].reshape(N, C, -1)
            k = win.argmax(axis=2)
            n, c = np.ogrid[:N, :C]
            dx[n, c, i * stride + k // size, j * stride + k % size] += dy[:, :, i, j]
            return dx
