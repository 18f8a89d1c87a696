# expect: mask-of-another-call

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


_WINNERS = {}


def maxpool_backward(dy, x, size, stride):
    key = (x.shape, size, stride)
    if key not in _WINNERS:
        win = _windows(x, size, size, stride, 0)
        _WINNERS[key] = win.reshape(*win.shape[:4], -1).argmax(-1)
    arg = _WINNERS[key]
    dx = np.zeros(x.shape)
    n, c, p, q = np.indices(dy.shape)
    np.add.at(dx, (n, c, p * stride + arg // size, q * stride + arg % size), dy)
    return dx
