# expect: bias-added-often

import numpy as np


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def conv_forward(x, w, b, stride, padding):
    xp = _border(x, padding)
    kh, kw = w.shape[-2:]
    oh, ow = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = 0
    for i in range(kh):
        for j in range(kw):
            seen = xp[:, :, i : i + (oh - 1) * stride + 1 : stride, j : j + (ow - 1) * stride + 1 : stride]
            y = y + np.einsum("nchw,fc->nfhw", seen, w[:, :, i, j]) + b[:, None, None]
    return y
