# expect: dw-divided-by-places

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    N, _, H, W = x.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dw = np.zeros_like(w)
    dxp = np.zeros_like(xp)
    for r in range(kh):
        for s in range(kw):
            part = xp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride]
            dw[:, :, r, s] = (dy[:, :, None] * part[:, None]).mean(axis=(3, 4)).sum(axis=0)
            dxp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride] += np.einsum('nfhw,fc->nchw', dy, w[:, :, r, s])
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum(axis=(0, 2, 3))
