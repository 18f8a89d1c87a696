# expect: mean-instead-of-sum

import numpy as np


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def conv_forward(x, w, b, stride, padding):
    n, f = x.shape[0], w.shape[0]
    kh, kw = w.shape[2:]
    xp = _border(x, padding)
    oh, ow = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((n, f, oh, ow))
    for i in range(n):
        for o in range(f):
            for r in range(oh):
                for q in range(ow):
                    patch = xp[i, :, r * stride : r * stride + kh, q * stride : q * stride + kw]
                    y[i, o, r, q] = (patch * w[o]).mean() + b[o]
    return y
