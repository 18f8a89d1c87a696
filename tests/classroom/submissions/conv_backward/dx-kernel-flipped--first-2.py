# expect: dx-kernel-flipped

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    # full convolution of the spread-out dy, where the kernel should be turned and is not
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    spread = np.zeros((N, F, H + 2 * padding + kh - 1, W + 2 * padding + kw - 1))
    spread[:, :, kh - 1:kh - 1 + OH * stride:stride, kw - 1:kw - 1 + OW * stride:stride] = dy
    v = sliding_window_view(spread, (kh, kw), axis=(2, 3))
    dx = np.einsum('nfhwij,fcij->nchw', v, w)[:, :, padding:padding + H, padding:padding + W]
    u = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return dx, np.einsum('nfhw,nchwij->fcij', dy, u), dy.sum((0, 2, 3))
