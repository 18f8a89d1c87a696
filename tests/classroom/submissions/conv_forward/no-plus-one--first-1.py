# expect: no-plus-one

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = (xp.shape[2] - kh) // stride
    OW = (xp.shape[3] - kw) // stride
    y = np.zeros((len(x), F, OH, OW))
    for n in range(len(x)):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    y[n, f, i, j] = (w[f] * xp[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw]).sum() + b[f]
    return y
