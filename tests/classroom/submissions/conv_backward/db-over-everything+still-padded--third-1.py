# expect: db-over-everything + still-padded

import numpy as np


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def conv_backward(dy, x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    xp = _border(x, padding)
    dxp, dw = np.zeros(xp.shape), np.zeros_like(w)
    for i in range(kh):
        for j in range(kw):
            sl = np.s_[:, :, i : i + stride * dy.shape[2] : stride, j : j + stride * dy.shape[3] : stride]
            dw[:, :, i, j] = np.einsum("nfpq,ncpq->fc", dy, xp[sl])
            dxp[sl] += np.einsum("nfpq,fc->ncpq", dy, w[:, :, i, j])
    return dxp, dw, dy.sum()
