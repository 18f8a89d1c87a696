# expect: window-one-too-small + stride-ignored

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, H - size + 1, W - size + 1))
    for i in range(H - size + 1):
        for j in range(W - size + 1):
            out[:, :, i, j] = x[:, :, i:i + size - 1, j:j + size - 1].max(axis=(2, 3))
    return out
