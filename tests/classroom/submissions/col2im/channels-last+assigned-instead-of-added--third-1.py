# expect: channels-last + assigned-instead-of-added

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    parts = cols.reshape(n, oh, ow, kh, kw, c)
    out = np.zeros((n, h + 2 * padding, w + 2 * padding, c))
    for i in range(kh):
        for j in range(kw):
            out[:, i : i + stride * oh : stride, j : j + stride * ow : stride, :] = parts[:, :, :, i, j]
    out = np.moveaxis(out, 3, 1)
    return out[:, :, padding : padding + h, padding : padding + w]
