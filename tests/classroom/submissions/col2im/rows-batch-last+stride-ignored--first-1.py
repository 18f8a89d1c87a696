# expect: rows-batch-last + stride-ignored

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    t = cols.reshape(oh, ow, n, c, kh, kw)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i:i + kh, j:j + kw] += t[i, j]
    return out[:, :, padding:padding + h, padding:padding + w]
