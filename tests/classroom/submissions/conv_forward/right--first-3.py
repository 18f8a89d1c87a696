# expect: right

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
    x, w, b = (a.astype('float32') for a in (x, w, b))
    F, C, kh, kw = w.shape
    y = _im2col(x, kh, kw, stride, padding) @ w.reshape(F, -1).T
    y += b
    return y.reshape(len(x), _size(x.shape[2], kh, stride, padding), -1, F).transpose(0, 3, 1, 2)
