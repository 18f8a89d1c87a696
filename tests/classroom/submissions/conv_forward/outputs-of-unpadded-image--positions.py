# expect: outputs-of-unpadded-image

import numpy as np


def conv_forward(x, w, b, stride, padding):
    n, c, h, wd = x.shape
    f, _, kh, kw = w.shape
    out_h = 1 + (h - kh) // stride
    out_w = 1 + (wd - kw) // stride
    big = np.zeros((n, c, h + 2 * padding, wd + 2 * padding))
    big[:, :, padding:padding + h, padding:padding + wd] = x
    y = np.zeros((n, f, out_h, out_w))
    for r in range(out_h):
        for s in range(out_w):
            patch = big[:, :, r * stride:r * stride + kh, s * stride:s * stride + kw]
            y[:, :, r, s] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return y
