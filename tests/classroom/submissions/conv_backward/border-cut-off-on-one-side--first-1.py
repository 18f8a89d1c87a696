# expect: border-cut-off-on-one-side

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for r in range(kh):
        for s in range(kw):
            part = np.index_exp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride]
            dw[:, :, r, s] = np.einsum('nfhw,nchw->fc', dy, xp[part])
            dxp[part] += np.einsum('nfhw,fc->nchw', dy, w[:, :, r, s])
    return dxp[:, :, :H, :W], dw, dy.sum((0, 2, 3))
