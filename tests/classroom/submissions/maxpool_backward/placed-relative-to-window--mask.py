# expect: placed-relative-to-window

import numpy as np


def first_maximum(window):
    flat = window.reshape(*window.shape[:2], -1)
    mask = np.arange(flat.shape[2]) == flat.argmax(axis=2)[:, :, None]
    return mask.reshape(window.shape)


def maxpool_backward(dy, x, size, stride):
    n, c, out_h, out_w = dy.shape
    dx = np.zeros_like(x)
    for r in range(out_h):
        for s in range(out_w):
            rows = slice(r * stride, r * stride + size)
            columns = slice(s * stride, s * stride + size)
            mask = first_maximum(x[:, :, rows, columns])
            dx[:, :, :size, :size] += mask * dy[:, :, r, s][:, :, None, None]
    return dx
