# expect: kernel-flipped

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def conv_forward(x, w, b, stride, padding):
    win = _windows(x, w.shape[2], w.shape[3], stride, padding)
    turned = np.rot90(w, 2, axes=(2, 3))
    return np.einsum("ncpqij,fcij->nfpq", win, turned) + b.reshape(1, -1, 1, 1)
