# expect: over-channels

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    HH, WW = _size(H, size, stride), _size(W, size, stride)
    y = np.zeros((N, C, HH, WW))
    for n in range(N):
        for i in range(HH):
            for j in range(WW):
                y[n, :, i, j] = np.max(x[n, :, i * stride : i * stride + size, j * stride : j * stride + size])
    return y
