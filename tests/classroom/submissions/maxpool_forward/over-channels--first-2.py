# expect: over-channels

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _im2col(x, kh, kw, stride, padding):
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, oh, ow = v.shape[:4]
    return v.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)


def maxpool_forward(x, size, stride):
    # rows of im2col hold all channels
    N, C, H, W = x.shape
    m = _im2col(x, size, size, stride, 0).max(axis=1)
    m = m.reshape(N, 1, _size(H, size, stride, 0), -1)
    return np.repeat(m, C, axis=1)
