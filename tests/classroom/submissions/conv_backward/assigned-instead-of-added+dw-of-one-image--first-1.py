# expect: assigned-instead-of-added + dw-of-one-image

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i, j in np.ndindex(*dy.shape[2:]):
        s = np.index_exp[:, i * stride:i * stride + kh, j * stride:j * stride + kw]
        dxp[(slice(None),) + s] = np.einsum('nf,fcij->ncij', dy[:, :, i, j], w)
        dw += dy[0, :, i, j][:, None, None, None] * xp[0][s]
    return dxp[:, :, padding:padding + H, padding:padding + W], dw, dy.sum((0, 2, 3))
