# expect: assigned-instead-of-added

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    # one filter inside: of the filters, too, only the last counts
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    a, c = stride * i, stride * j
                    db[f] += dy[n, f, i, j]
                    dw[f] += dy[n, f, i, j] * xp[n, :, a:a + kh, c:c + kw]
                    dxp[n, :, a:a + kh, c:c + kw] = dy[n, f, i, j] * w[f]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, db
