# expect: divided-by-batch

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(b.shape)
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    g = dy[n, f, i, j] / N
                    t, l = i * stride, j * stride
                    dxp[n, :, t:t + kh, l:l + kw] += g * w[f]
                    dw[f] += g * xp[n, :, t:t + kh, l:l + kw]
                    db[f] += g
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, db
