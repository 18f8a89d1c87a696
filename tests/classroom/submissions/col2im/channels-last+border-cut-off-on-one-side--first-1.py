# expect: channels-last + border-cut-off-on-one-side

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    t = cols.reshape(n, oh, ow, kh, kw, c)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += t[:, i, j].transpose(0, 3, 1, 2)
    return out[:, :, :h, :w]
