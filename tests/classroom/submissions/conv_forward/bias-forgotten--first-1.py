# expect: bias-forgotten

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    y = 0
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    for r in range(kh):
        for s in range(kw):
            y = y + np.einsum('nchw,fc->nfhw',
                              xp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride], w[:, :, r, s])
    return y
