# expect: dw-without-padding

import numpy as np


def conv_backward(dy, x, w, b, stride, padding):
    n, c, h, wd = x.shape
    f, _, kh, kw = w.shape
    out_h, out_w = dy.shape[2:]
    big = np.zeros((n, c, h + 2 * padding, wd + 2 * padding))
    big[:, :, padding:padding + h, padding:padding + wd] = x
    dbig = np.zeros_like(big)
    dw = np.zeros(w.shape)
    db = dy.sum(axis=(0, 2, 3))
    unpadded = np.zeros_like(big)
    unpadded[:, :, :h, :wd] = x
    for p in range(kh):
        for q in range(kw):
            rows = slice(p, p + stride * out_h, stride)
            columns = slice(q, q + stride * out_w, stride)
            dw[:, :, p, q] = np.einsum("nfij,ncij->fc", dy, unpadded[:, :, rows, columns])
            dbig[:, :, rows, columns] += np.einsum("nfij,fc->ncij", dy, w[:, :, p, q])
    dx = dbig[:, :, padding:padding + h, padding:padding + wd]
    return dx, dw, db
