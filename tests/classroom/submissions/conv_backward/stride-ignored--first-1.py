# expect: stride-ignored

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for n in range(N):
        for f in range(F):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    dxp[n, :, i:i + kh, j:j + kw] += w[f] * dy[n, f, i, j]
                    dw[f] += xp[n, :, i:i + kh, j:j + kw] * dy[n, f, i, j]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum(axis=(0, 2, 3))
