# expect: right

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    # full convolution with turned kernels for dx, correlation for dw
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    spread = np.zeros((N, F, H + 2 * padding + kh - 1, W + 2 * padding + kw - 1))
    spread[:, :, kh - 1:kh - 1 + OH * stride:stride, kw - 1:kw - 1 + OW * stride:stride] = dy
    dx = np.einsum('nfhwij,fcij->nchw', sliding_window_view(spread, (kh, kw), axis=(2, 3)), w[:, :, ::-1, ::-1])
    dw = np.einsum('nfhw,nchwij->fcij', dy,
                   sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride])
    return dx[:, :, padding:padding + H, padding:padding + W], dw, np.einsum('nfhw->f', dy)
