# expect: over-channels + no-plus-one

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - size) // stride, (W - size) // stride))
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[n, :, i * stride:i * stride + size, j * stride:j * stride + size].max()
    return out
