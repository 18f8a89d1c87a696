# expect: no-plus-one

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    # range() stops too early: wrong only where the stride divides
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    cols, oh = [], len(range(0, xp.shape[2] - kh, stride))
    for i in range(0, xp.shape[2] - kh, stride):
        for j in range(0, xp.shape[3] - kw, stride):
            cols.append(np.tensordot(xp[:, :, i:i + kh, j:j + kw], w, ((1, 2, 3), (1, 2, 3))) + b)
    ow = len(range(0, xp.shape[3] - kw, stride))
    return np.array(cols).reshape(oh, ow, len(x), F).transpose(2, 3, 0, 1)
