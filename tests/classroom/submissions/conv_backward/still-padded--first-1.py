# expect: still-padded

import numpy as np


def conv_backward(dy, x, w, b, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    F, C, kh, kw = w.shape
    dx, dw, db = [np.zeros(a.shape) for a in (x, w, b)]
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            ys, xs = slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw)
            dx[:, :, ys, xs] += np.tensordot(dy[:, :, i, j], w, axes=1)
            dw += np.tensordot(dy[:, :, i, j].T, x[:, :, ys, xs], axes=1)
            db += dy[:, :, i, j].sum(0)
    return dx, dw, db
