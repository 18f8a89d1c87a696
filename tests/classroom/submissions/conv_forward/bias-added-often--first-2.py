# expect: bias-added-often

import itertools

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    # once for each weight
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    OH, OW = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((len(x), F, OH, OW))
    for i, j, f in itertools.product(range(OH), range(OW), range(F)):
        field = xp[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
        y[:, f, i, j] = np.sum(field * w[f] + b[f], axis=(1, 2, 3))
    return y
