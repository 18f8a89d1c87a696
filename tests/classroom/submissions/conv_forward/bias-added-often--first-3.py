# expect: bias-added-often

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    # once for each place of the kernel
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((len(x), F, OH, OW))
    for r in range(kh):
        for s in range(kw):
            part = xp[:, :, r:r + OH * stride:stride, s:s + OW * stride:stride]
            y += np.tensordot(part, w[:, :, r, s], axes=(1, 1)).transpose(0, 3, 1, 2)
            y += b.reshape(1, F, 1, 1)
    return y
