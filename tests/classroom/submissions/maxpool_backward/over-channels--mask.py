# expect: over-channels

import numpy as np


def first_maximum(window):
    return window == window.max(axis=(1, 2, 3), keepdims=True)


def maxpool_backward(dy, x, size, stride):
    n, c, out_h, out_w = dy.shape
    dx = np.zeros_like(x)
    for r in range(out_h):
        for s in range(out_w):
            rows = slice(r * stride, r * stride + size)
            columns = slice(s * stride, s * stride + size)
            mask = first_maximum(x[:, :, rows, columns])
            dx[:, :, rows, columns] += mask * dy[:, :, r, s][:, :, None, None]
    return dx
