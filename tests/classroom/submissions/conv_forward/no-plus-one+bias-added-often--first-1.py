# expect: no-plus-one + bias-added-often

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    y = np.zeros((N, F, (H + 2 * padding - kh) // stride, (W + 2 * padding - kw) // stride))
    for n, f, i, j in np.ndindex(*y.shape):
        for c in range(C):
            y[n, f, i, j] += (xp[n, c, i * stride:i * stride + kh, j * stride:j * stride + kw] * w[f, c]).sum()
            y[n, f, i, j] += b[f]
    return y
