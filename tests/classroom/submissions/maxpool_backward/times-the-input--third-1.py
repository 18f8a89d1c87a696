# expect: times-the-input

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def maxpool_backward(dy, x, size, stride):
    win = _windows(x, size, size, stride, 0)
    arg = win.reshape(*win.shape[:4], -1).argmax(-1)
    out = np.zeros(x.shape)
    for n, c, p, q in np.ndindex(*dy.shape):
        r, s = p * stride + arg[n, c, p, q] // size, q * stride + arg[n, c, p, q] % size
        out[n, c, r, s] += dy[n, c, p, q] * x[n, c, r, s]
    return out
