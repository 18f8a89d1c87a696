# expect: padding-forgotten + stride-ignored

import numpy as np


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    y = b.reshape(1, F, 1, 1)
    oh, ow = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    for r in range(kh):
        for s in range(kw):
            y = y + np.einsum('nchw,fc->nfhw', x[:, :, r:r + oh, s:s + ow], w[:, :, r, s])
    return y
