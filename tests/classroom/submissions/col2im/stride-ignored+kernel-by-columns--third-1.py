# expect: stride-ignored + kernel-by-columns

import itertools

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    img = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    z = cols.reshape(n, oh, ow, c, kw, kh)
    for i, j in itertools.product(range(kh), range(kw)):
        img[:, :, i : i + oh, j : j + ow] += z[..., j, i].transpose(0, 3, 1, 2)
    return img[:, :, padding : padding + h, padding : padding + w]
