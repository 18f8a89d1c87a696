# expect: bias-added-often

import numpy as np


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
    # once for each channel
    xp = _pad(x, padding)
    y = None
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for c in range(x.shape[1]):
                m = _conv_single(xp[n, c], w[f, c], stride) + b[f]
                if y is None:
                    y = np.zeros((x.shape[0], w.shape[0]) + m.shape)
                y[n, f] += m
    return y
