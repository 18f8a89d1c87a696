# expect: stride-over-outputs

import numpy as np


def maxpool_forward(x, size, stride):
    n, c, h, w = x.shape
    out_h, out_w = 1 + (h - size) // stride, 1 + (w - size) // stride
    y = np.zeros((n, c, out_h, out_w))
    for r in range(0, out_h, stride):
        for s in range(0, out_w, stride):
            window = x[:, :, r:r + size, s:s + size]
            y[:, :, r, s] = window.max(axis=(2, 3))
    return y
