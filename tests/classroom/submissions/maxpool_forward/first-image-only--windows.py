# expect: first-image-only

import numpy as np


def maxpool_forward(x, size, stride):
    n, c, h, w = x.shape
    out_h, out_w = 1 + (h - size) // stride, 1 + (w - size) // stride
    y = np.zeros((n, c, out_h, out_w))
    for r in range(out_h):
        for s in range(out_w):
            window = x[:, :, r * stride:r * stride + size, s * stride:s * stride + size]
            y[0, :, r, s] = window[0].max(axis=(1, 2))
    return y
