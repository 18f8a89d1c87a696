# expect: stride-over-outputs

import numpy as np


def first_maximum(window):
    flat = window.reshape(*window.shape[:2], -1)
    mask = np.arange(flat.shape[2]) == flat.argmax(axis=2)[:, :, None]
    return mask.reshape(window.shape)


def maxpool_backward(dy, x, size, stride):
    n, c, out_h, out_w = dy.shape
    dx = np.zeros_like(x)
    for r in range(0, out_h, stride):
        for s in range(0, out_w, stride):
            rows = slice(r, r + size)
            columns = slice(s, s + size)
            mask = first_maximum(x[:, :, rows, columns])
            dx[:, :, rows, columns] += mask * dy[:, :, r, s][:, :, None, None]
    return dx
