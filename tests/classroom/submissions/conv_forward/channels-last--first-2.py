# expect: channels-last

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = (xp.shape[2] - kh) // stride + 1
    OW = (xp.shape[3] - kw) // stride + 1
    Z = np.zeros((len(x), OH, OW, F))
    for n in range(len(x)):
        for h in range(OH):
            for v in range(OW):
                for c in range(F):
                    a_slice = xp[n, :, h * stride:h * stride + kh, v * stride:v * stride + kw]
                    Z[n, h, v, c] = np.sum(np.multiply(a_slice, w[c])) + float(b[c])
    return Z
