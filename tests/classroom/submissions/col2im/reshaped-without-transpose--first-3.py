# expect: reshaped-without-transpose

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    # axes of sliding_window_view: (N, C, OH, OW, kh, kw)
    N, C, H, W = x_shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    g = np.reshape(cols, (N, C, OH, OW, kh, kw))
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for i in range(OH):
        for j in range(OW):
            xp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += g[:, :, i, j]
    return xp[:, :, padding:H + padding, padding:W + padding]
