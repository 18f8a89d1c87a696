# expect: averaged-over-windows

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def _fold(cols, shape, kh, kw, s, p):
    n, c, h, w = shape
    oh, ow = _size(h, kh, s, p), _size(w, kw, s, p)
    out = np.zeros((n, c, h + 2 * p, w + 2 * p))
    blocks = cols.reshape(n, oh, ow, c, kh, kw)
    for r in range(oh):
        for q in range(ow):
            out[:, :, r * s : r * s + kh, q * s : q * s + kw] += blocks[:, r, q]
    return out[:, :, p : p + h, p : p + w]


def col2im(cols, x_shape, kh, kw, stride, padding):
    total = _fold(cols, x_shape, kh, kw, stride, padding)
    count = _fold(np.ones(cols.shape), x_shape, kh, kw, stride, padding)
    count[count == 0] = 1
    return total / count
