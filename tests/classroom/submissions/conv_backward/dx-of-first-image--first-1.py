# expect: dx-of-first-image

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _im2col(x, kh, kw, stride, padding):
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, oh, ow = v.shape[:4]
    return v.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = d.T.dot(_im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    dxp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for f in range(F):
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                dxp[0, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += w[f] * dy[0, f, i, j]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, d.sum(axis=0)
