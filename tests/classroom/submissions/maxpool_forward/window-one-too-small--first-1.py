# expect: window-one-too-small

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    y = np.full((N, C, (H - size) // stride + 1, (W - size) // stride + 1), -np.inf)
    for a in range(0, size - 1):
        for b in range(0, size - 1):
            y = np.maximum(y, x[:, :, a:a + stride * y.shape[2]:stride, b:b + stride * y.shape[3]:stride])
    return y
