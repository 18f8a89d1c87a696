# expect: assigned-instead-of-added

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    img = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    k = 0
    for b in range(n):
        for p in range(oh):
            for q in range(ow):
                img[b, :, p * stride : p * stride + kh, q * stride : q * stride + kw] = cols[k].reshape(c, kh, kw)
                k += 1
    return img[:, :, padding : h + padding, padding : w + padding]
