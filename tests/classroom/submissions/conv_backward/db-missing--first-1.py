# expect: db-missing

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    dx, dw, db = np.zeros_like(_pad(x, padding)), np.zeros_like(w), np.zeros_like(b)
    xp = _pad(x, padding)
    for (n, f, i, j), g in np.ndenumerate(dy):
        here = np.index_exp[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
        dx[here] += g * w[f]
        dw[f] += g * xp[here]
    return dx[:, :, padding:padding + H, padding:padding + W], dw, db
