# expect: kernel-by-columns

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    back = cols.reshape(n, oh, ow, c, kw, kh)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for b in range(kw):
        for a in range(kh):
            out[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] += np.moveaxis(back[..., b, a], 3, 1)
    return out[:, :, padding:padding + h, padding:padding + w]
