# expect: image-taken-for-square

import numpy as np


def conv_forward(x, w, b, stride, padding):
    pad = [(0, 0), (0, 0), (padding, padding), (padding, padding)]
    xp = np.pad(x, pad)
    N, C, HP, WP = xp.shape
    F, _, kh, kw = w.shape
    oh, ow = (HP - kh) // stride + 1, (WP - kw) // stride + 1
    y = np.zeros((N, F, oh, ow))
    for p in range(kh):
        for q in range(kw):
            part = xp[:, :, p:p + stride * oh:stride, q:q + stride * ow:stride]
            y += np.einsum("ncij,fc->nfij", part, w[:, :, p, q])
    count = np.zeros_like(y)
    for k in range(oh * ow):
        count[:, :, k // oh, k % oh] = y[:, :, k // ow, k % ow]
    return count + b[None, :, None, None]
