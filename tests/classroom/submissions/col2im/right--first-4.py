# expect: right

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    img = np.zeros((n, c, h + 2 * padding + stride - 1, w + 2 * padding + stride - 1), dtype=np.float32)
    col = cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    for y in range(kh):
        for x in range(kw):
            img[:, :, y:y + stride * oh:stride, x:x + stride * ow:stride] += col[:, :, y, x]
    return img[:, :, padding:h + padding, padding:w + padding]
