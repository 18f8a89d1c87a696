# expect: dw-flipped

import numpy as np


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def conv_backward(dy, x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    xp = _border(x, padding)
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    for p in range(dy.shape[2]):
        for q in range(dy.shape[3]):
            top, left = p * stride, q * stride
            patch = xp[:, :, top : top + kh, left : left + kw]
            dw += np.einsum("nf,ncij->fcij", dy[:, :, p, q], patch[:, :, ::-1, ::-1])
            dxp[:, :, top : top + kh, left : left + kw] += np.tensordot(dy[:, :, p, q], w, 1)
    h, wid = x.shape[2:]
    return dxp[:, :, padding : padding + h, padding : padding + wid], dw, dy.sum((0, 2, 3))
