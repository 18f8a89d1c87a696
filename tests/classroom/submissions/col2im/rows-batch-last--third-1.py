# expect: rows-batch-last

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    c6 = cols.reshape(OH, OW, N, C, kh, kw)
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for a in range(OH):
        for b in range(OW):
            xp[:, :, a * stride : a * stride + kh, b * stride : b * stride + kw] += c6[a, b]
    return xp[:, :, padding : padding + H, padding : padding + W]
