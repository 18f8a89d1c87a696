# expect: dx-kernel-flipped

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def _unfold(x, kh, kw, s, p):
    win = _windows(x, kh, kw, s, p).transpose(0, 2, 3, 1, 4, 5)
    return win.reshape(win.shape[0] * win.shape[1] * win.shape[2], -1)


def conv_backward(dy, x, w, b, stride, padding):
    n, c, h, wid = x.shape
    f, _, kh, kw = w.shape
    # dx as a full convolution of the spread-out gradient
    spread = np.zeros((n, f, h + 2 * padding + kh - 1, wid + 2 * padding + kw - 1))
    oh, ow = dy.shape[2:]
    spread[:, :, kh - 1 : kh - 1 + stride * oh : stride, kw - 1 : kw - 1 + stride * ow : stride] = dy
    win = sliding_window_view(spread, (kh, kw), axis=(2, 3))
    dx = np.einsum("nfpqij,fcij->ncpq", win, w)[:, :, padding : padding + h, padding : padding + wid]
    rows = np.moveaxis(dy, 1, 3).reshape(-1, f)
    dw = (rows.T @ _unfold(x, kh, kw, stride, padding)).reshape(w.shape)
    return dx, dw, rows.sum(0)
