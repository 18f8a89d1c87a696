# expect: height-and-width-swapped

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = _pad(x, padding)
    y = np.zeros((N, F, OW, OH))
    for i in range(OW):
        for j in range(OH):
            piece = xp[:, :, j * stride:j * stride + kh, i * stride:i * stride + kw]
            for f in range(F):
                y[:, f, i, j] = (piece * w[f]).sum(axis=(1, 2, 3)) + b[f]
    return y
