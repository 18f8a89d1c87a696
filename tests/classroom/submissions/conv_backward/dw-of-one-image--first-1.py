# expect: dw-of-one-image

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    six = cols.reshape(n, oh, ow, c, kh, kw)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for a in range(kh):
        for b in range(kw):
            out[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] += six[..., a, b].transpose(0, 3, 1, 2)
    return out[:, :, padding:padding + h, padding:padding + w]


def conv_backward(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    dw = np.einsum('fhw,chwij->fcij', dy[0], v[0])
    dcols = np.einsum('nfhw,fcij->nhwcij', dy, w)
    dx = _col2im(dcols.reshape(-1, C * kh * kw), x.shape, kh, kw, stride, padding)
    return dx, dw, dy.sum((0, 2, 3))
