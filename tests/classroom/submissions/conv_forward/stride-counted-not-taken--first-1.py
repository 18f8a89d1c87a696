# expect: stride-counted-not-taken

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    OH = (xp.shape[2] - kh + stride) // stride
    OW = (xp.shape[3] - kw + stride) // stride
    y = np.tile(b[None, :, None, None], (len(x), 1, OH, OW)).astype(float)
    for r in range(kh):
        for s in range(kw):
            y += np.einsum('nchw,fc->nfhw', xp[:, :, r:r + OH, s:s + OW], w[:, :, r, s])
    return y
