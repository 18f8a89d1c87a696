# expect: db-averaged

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def _fold(cols, shape, kh, kw, s, p):
    n, c, h, w = shape
    oh, ow = _size(h, kh, s, p), _size(w, kw, s, p)
    out = np.zeros((n, c, h + 2 * p, w + 2 * p))
    blocks = cols.reshape(n, oh, ow, c, kh, kw)
    for r in range(oh):
        for q in range(ow):
            out[:, :, r * s : r * s + kh, q * s : q * s + kw] += blocks[:, r, q]
    return out[:, :, p : p + h, p : p + w]


def conv_backward(dy, x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    dw = np.einsum("nfpq,ncpqij->fcij", dy, _windows(x, kh, kw, stride, padding))
    back = np.einsum("nfpq,fcij->npqcij", dy, w)
    dx = _fold(back, x.shape, kh, kw, stride, padding)
    db = np.mean(dy, axis=(0, 2, 3))
    return dx, dw, db
