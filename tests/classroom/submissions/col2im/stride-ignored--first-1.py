# expect: stride-ignored

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                xp[n, :, i:i + kh, j:j + kw] += cols[(n * OH + i) * OW + j].reshape(C, kh, kw)
    return xp[:, :, padding:padding + H, padding:padding + W]
