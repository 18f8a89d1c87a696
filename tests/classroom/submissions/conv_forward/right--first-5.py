# expect: right

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.broadcast_to(b.reshape(1, F, 1, 1), (len(x), F, OH, OW)).copy()
    for c, r, s in np.ndindex(C, kh, kw):
        y += xp[:, None, c, r:r + OH * stride:stride, s:s + OW * stride:stride] * w[None, :, c, r, s, None, None]
    return y
