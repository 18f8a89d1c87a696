# expect: starts-from-zero + stride-counted-not-taken

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for n, c, i, j in np.ndindex(out.shape):
        for v in x[n, c, i:i + size, j:j + size].flat:
            out[n, c, i, j] = max(out[n, c, i, j], v)
    return out
