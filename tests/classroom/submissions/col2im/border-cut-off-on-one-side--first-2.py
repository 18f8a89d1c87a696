# expect: border-cut-off-on-one-side

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    row = 0
    for m in range(n):
        for i in range(_size(h, kh, stride, padding)):
            for j in range(_size(w, kw, stride, padding)):
                xp[m, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += cols[row].reshape(c, kh, kw)
                row += 1
    return xp[:, :, 2 * padding:, 2 * padding:]
