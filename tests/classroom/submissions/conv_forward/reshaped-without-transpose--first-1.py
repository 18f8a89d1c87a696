# expect: reshaped-without-transpose

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _im2col(x, kh, kw, stride, padding):
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, oh, ow = v.shape[:4]
    return v.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)


def conv_forward(x, w, b, stride, padding):
    N, C, H, W = x.shape
    FN, C, FH, FW = w.shape
    out_h = 1 + (H + 2 * padding - FH) // stride
    out_w = 1 + (W + 2 * padding - FW) // stride
    col = _im2col(x, FH, FW, stride, padding)
    col_W = w.reshape(FN, -1).T
    out = np.dot(col, col_W) + b
    return out.reshape(N, -1, out_h, out_w)
