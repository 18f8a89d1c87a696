# expect: one-window-for-all-images

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    y = np.empty((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for c in range(C):
        for i in range(y.shape[2]):
            for j in range(y.shape[3]):
                y[:, c, i, j] = x[:, c, i * stride:i * stride + size, j * stride:j * stride + size].max()
    return y
