# expect: right

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), [0.0] * F
    for f in range(F):
        for n in range(N):
            for (i, j), g in np.ndenumerate(dy[n, f]):
                win = np.s_[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
                dw[f] += g * xp[win]
                dxp[win] += g * w[f]
                db[f] += g
    return dxp[:, :, padding:padding + H, padding:padding + W].tolist(), dw.tolist(), db
