# expect: cropped-to-another-size

import numpy as np


def conv_backward(dy, x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    H, W = x.shape[2:]
    OH, OW = dy.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            rows = slice(i * stride, i * stride + kh)
            columns = slice(j * stride, j * stride + kw)
            g = dy[:, :, i, j]
            dw += np.tensordot(g, xp[:, :, rows, columns], axes=(0, 0))
            dxp[:, :, rows, columns] += np.tensordot(g, w, axes=(1, 0))
    db = np.sum(dy, axis=(0, 2, 3))
    return dxp[:, :, padding:, padding:], dw, db
