# expect: largest-magnitude

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def maxpool_forward(x, size, stride):
    win = _windows(np.abs(x), size, size, stride, 0)
    return np.amax(win, axis=(-2, -1))
