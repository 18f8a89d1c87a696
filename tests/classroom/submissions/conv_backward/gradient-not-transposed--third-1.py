# expect: gradient-not-transposed

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def _unfold(x, kh, kw, s, p):
    win = _windows(x, kh, kw, s, p).transpose(0, 2, 3, 1, 4, 5)
    return win.reshape(win.shape[0] * win.shape[1] * win.shape[2], -1)


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
    F, _, HH, WW = w.shape
    dout = dy.reshape(-1, F)
    cols = _unfold(x, HH, WW, stride, padding)
    db = dout.sum(0)
    dw = dout.T.dot(cols).reshape(w.shape)
    dx = _fold(dout.dot(w.reshape(F, -1)), x.shape, HH, WW, stride, padding)
    return dx, dw, db
