# expect: stride-ignored + db-over-everything

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), 0.0
    for i, j in np.ndindex(*dy.shape[2:]):
        dxp[:, :, i:i + kh, j:j + kw] += np.tensordot(dy[:, :, i, j], w, 1)
        dw += np.tensordot(dy[:, :, i, j].T, xp[:, :, i:i + kh, j:j + kw], 1)
        db += dy[:, :, i, j].sum()
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, db
