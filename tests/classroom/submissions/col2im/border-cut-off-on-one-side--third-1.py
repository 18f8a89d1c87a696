# expect: border-cut-off-on-one-side

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    t = cols.reshape(n, oh, ow, c, kh, kw).transpose(4, 5, 0, 3, 1, 2)
    big = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(kh):
        for j in range(kw):
            big[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride] += t[i, j]
    return big[:, :, :h, :w]
