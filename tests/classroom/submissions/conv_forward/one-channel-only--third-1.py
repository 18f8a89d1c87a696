# expect: one-channel-only

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def conv_forward(x, w, b, stride, padding):
    win = _windows(x, *w.shape[2:], stride, padding)
    y = np.empty((x.shape[0], w.shape[0], win.shape[2], win.shape[3]))
    for channel in range(x.shape[1]):
        y[:] = np.tensordot(win[:, channel], w[:, channel], axes=((3, 4), (1, 2))).transpose(0, 3, 1, 2)
    return y + b[:, None, None]
