# expect: largest-magnitude

import numpy as np


def maxpool_forward(x, size, stride):
    # with its sign
    N, C, H, W = x.shape
    y = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for idx in np.ndindex(*y.shape):
        n, c, i, j = idx
        best = max(x[n, c, i * stride:i * stride + size, j * stride:j * stride + size].ravel(), key=abs)
        y[idx] = best
    return y
