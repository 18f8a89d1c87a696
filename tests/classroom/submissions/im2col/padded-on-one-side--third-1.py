# expect: padded-on-one-side

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


def im2col(x, kh, kw, stride, padding):
    n, c, h, w = x.shape
    canvas = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    canvas[:, :, :h, :w] = x
    return _unfold(canvas, kh, kw, stride, 0)
