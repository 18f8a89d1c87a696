# expect: counted-without-window

import numpy as np


def maxpool_forward(x, size, stride):
    n, c, h, w = x.shape
    out_h, out_w = h // size, w // size
    y = np.empty((n, c, out_h, out_w))
    for r in range(out_h):
        for s in range(out_w):
            window = x[:, :, r * stride:r * stride + size, s * stride:s * stride + size]
            y[:, :, r, s] = window.max(axis=(2, 3))
    return y
