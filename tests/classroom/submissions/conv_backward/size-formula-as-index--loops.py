# expect: size-formula-as-index

import numpy as np


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    _, _, OH, OW = dy.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            for top in range(0, H + 2 * padding - kh + 1, stride):
                for left in range(0, W + 2 * padding - kw + 1, stride):
                    i = int(1 + (top + 2 * padding - kh) / stride)
                    j = int(1 + (left + 2 * padding - kw) / stride)
                    window = xp[n, :, top:top + kh, left:left + kw]
                    dw[f] += dy[n, f, i, j] * window
                    db[f] += dy[n, f, i, j]
                    dxp[n, :, top:top + kh, left:left + kw] += dy[n, f, i, j] * w[f]
    dx = dxp[:, :, padding:padding + H, padding:padding + W]
    return dx, dw, db
