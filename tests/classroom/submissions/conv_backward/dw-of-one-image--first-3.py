# expect: dw-of-one-image

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _im2col(x, kh, kw, stride, padding):
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, oh, ow = v.shape[:4]
    return v.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)


def _col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    six = cols.reshape(n, oh, ow, c, kh, kw)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for a in range(kh):
        for b in range(kw):
            out[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] += six[..., a, b].transpose(0, 3, 1, 2)
    return out[:, :, padding:padding + h, padding:padding + w]


def _dx_dw(dy, x, w, stride, padding):
    F, C, kh, kw = w.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = (d.T @ _im2col(x, kh, kw, stride, padding)).reshape(w.shape)
    return _col2im(d @ w.reshape(F, -1), x.shape, kh, kw, stride, padding), dw


def db_of(dy):
    return dy.sum(axis=(0, 2, 3))


def conv_backward(dy, x, w, b, stride, padding):
    dx, dw = np.zeros_like(x), None
    for n in range(len(x)):
        dx[n:n + 1], dw = _dx_dw(dy[n:n + 1], x[n:n + 1], w, stride, padding)
    return dx, dw, db_of(dy)
