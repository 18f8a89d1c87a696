# expect: assigned-instead-of-added

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), dy.sum(axis=(0, 2, 3))
    for n in range(N):
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                t, l = stride * i, stride * j
                dxp[n, :, t:t + kh, l:l + kw] = (w * dy[n, :, i, j].reshape(F, 1, 1, 1)).sum(axis=0)
                dw += dy[n, :, i, j].reshape(F, 1, 1, 1) * xp[n, :, t:t + kh, l:l + kw]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, db
