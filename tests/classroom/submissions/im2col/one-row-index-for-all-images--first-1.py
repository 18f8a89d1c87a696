# expect: one-row-index-for-all-images

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = _pad(x, padding)
    cols = np.zeros((N * OH * OW, C * kh * kw))
    for n in range(N):
        row = 0
        for i in range(OH):
            for j in range(OW):
                cols[row] = xp[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw].ravel()
                row += 1
    return cols
