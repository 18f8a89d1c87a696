# expect: first-image-only

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


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    cols = _im2col(x[0:1], kh, kw, stride, padding)
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((x.shape[0], F, OH * OW))
    y[0] = w.reshape(F, -1) @ cols.T
    y = y + b.reshape(1, F, 1)
    return y.reshape(-1, F, OH, OW)
