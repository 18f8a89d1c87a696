# expect: bias-subtracted + padded-with-edges

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def _conv(x, w, b, s, p):
    return np.einsum("ncpqij,fcij->nfpq", _windows(x, w.shape[2], w.shape[3], s, p), w) + b[None, :, None, None]


def conv_forward(x, w, b, stride, padding):
    side = (padding, padding)
    x = np.pad(x, ((0, 0), (0, 0), side, side), mode="edge")
    return _conv(x, w, -b, stride, 0)
