# expect: stride-ignored

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    d = cols.reshape(N, OH, OW, C, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for a in range(kh):
        for b in range(kw):
            xp[:, :, a:a + OH, b:b + OW] += d[:, :, a, b]
    return xp[:, :, padding:padding + H, padding:padding + W]
