# expect: cropped-to-another-size

import numpy as np


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    _, _, OH, OW = dy.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * stride, j * stride
                    window = xp[n, :, top:top + kh, left:left + kw]
                    dw[f] += dy[n, f, i, j] * window
                    db[f] += dy[n, f, i, j]
                    dxp[n, :, top:top + kh, left:left + kw] += dy[n, f, i, j] * w[f]
    dx = dxp[:, :, padding:H, padding:W]
    return dx, dw, db
