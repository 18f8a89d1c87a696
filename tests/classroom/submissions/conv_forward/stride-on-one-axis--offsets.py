# expect: stride-on-one-axis

import numpy as np


def conv_forward(x, w, b, stride, padding):
    pad = [(0, 0), (0, 0), (padding, padding), (padding, padding)]
    xp = np.pad(x, pad)
    N, C, HP, WP = xp.shape
    F, _, kh, kw = w.shape
    oh, ow = HP - kh + 1, (WP - kw) // stride + 1
    y = np.zeros((N, F, oh, ow))
    for p in range(kh):
        for q in range(kw):
            part = xp[:, :, p:p + oh, q:q + stride * ow:stride]
            y += np.einsum("ncij,fc->nfij", part, w[:, :, p, q])
    return y + b[None, :, None, None]
