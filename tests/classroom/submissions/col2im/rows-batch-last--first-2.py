# expect: rows-batch-last

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    r = 0
    for i in range(_size(H, kh, stride, padding)):
        for j in range(_size(W, kw, stride, padding)):
            for n in range(N):
                xp[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += cols[r].reshape(C, kh, kw)
                r += 1
    return xp[:, :, padding:padding + H, padding:padding + W]
