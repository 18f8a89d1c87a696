# expect: first-image-only

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((x.shape[0], F, OH, OW))
    img = _pad(x, padding)[0]
    for f in range(F):
        for i in range(OH):
            for j in range(OW):
                y[0, f, i, j] = np.vdot(img[:, i * stride:i * stride + kh, j * stride:j * stride + kw], w[f])
    y += b[None, :, None, None]
    return y
