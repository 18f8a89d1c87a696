# expect: no-plus-one

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    out_h = (H + 2 * padding - kh) // stride
    out_w = (W + 2 * padding - kw) // stride
    xp = _pad(x, padding)
    col = np.zeros((N, C, kh, kw, out_h, out_w))
    for a in range(kh):
        for b in range(kw):
            col[:, :, a, b] = xp[:, :, a:a + stride * out_h:stride, b:b + stride * out_w:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, C * kh * kw)
