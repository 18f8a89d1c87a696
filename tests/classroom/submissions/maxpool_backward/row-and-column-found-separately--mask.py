# expect: row-and-column-found-separately

import numpy as np


def first_maximum(window):
    size = window.shape[2]
    row = window.max(axis=3).argmax(axis=2)[:, :, None, None]
    column = window.max(axis=2).argmax(axis=2)[:, :, None, None]
    return (np.arange(size)[:, None] == row) & (np.arange(size) == column)


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
