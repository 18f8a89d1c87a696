# expect: right

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dxp, dw = np.zeros_like(xp), np.empty_like(w)
    for r, s in np.ndindex(kh, kw):
        at = np.s_[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride]
        dw[:, :, r, s] = np.tensordot(dy, xp[at], axes=([0, 2, 3], [0, 2, 3]))
        dxp[at] += np.tensordot(dy, w[:, :, r, s], axes=(1, 0)).transpose(0, 3, 1, 2)
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum(axis=-1).sum(axis=-1).sum(axis=0)
