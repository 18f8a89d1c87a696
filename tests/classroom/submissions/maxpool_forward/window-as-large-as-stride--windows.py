# expect: window-as-large-as-stride

import numpy as np


def maxpool_forward(x, size, stride):
    n, c, h, w = x.shape
    out_h, out_w = 1 + (h - size) // stride, 1 + (w - size) // stride
    y = np.empty((n, c, out_h, out_w))
    for r in range(out_h):
        for s in range(out_w):
            window = x[:, :, r * stride:(r + 1) * stride, s * stride:(s + 1) * stride]
            y[:, :, r, s] = window.max(axis=(2, 3))
    return y
