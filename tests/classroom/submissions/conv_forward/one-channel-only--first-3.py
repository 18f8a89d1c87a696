# expect: one-channel-only

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _conv_single(image, kernel, stride):
    kh, kw = kernel.shape
    oh = (image.shape[0] - kh) // stride + 1
    ow = (image.shape[1] - kw) // stride + 1
    out = np.empty((oh, ow))
    for r in range(oh):
        for s in range(ow):
            out[r, s] = (image[r * stride:r * stride + kh, s * stride:s * stride + kw] * kernel).sum()
    return out


def conv_forward(x, w, b, stride, padding):
    xp = _pad(x, padding)
    F, C, kh, kw = w.shape
    y = np.zeros((len(x), F, _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)))
    for n in range(len(x)):
        for f in range(F):
            for c in range(C):
                y[n, f] = _conv_single(xp[n, c], w[f, c], stride) + b[f]
    return y
