# expect: stride-is-size

import numpy as np


def first_maximum(window):
    flat = window.reshape(*window.shape[:2], -1)
    mask = np.arange(flat.shape[2]) == flat.argmax(axis=2)[:, :, None]
    return mask.reshape(window.shape)


def maxpool_backward(dy, x, size, stride):
    n, c, out_h, out_w = dy.shape
    h, w = x.shape[2:]
    blocks = x.reshape(n, c, h // size, size, w // size, size).transpose(0, 1, 2, 4, 3, 5)
    flat = blocks.reshape(n, c, h // size, w // size, size * size)
    mask = np.arange(size * size) == flat.argmax(axis=4)[..., None]
    parts = (mask * dy[..., None]).reshape(blocks.shape)
    return parts.transpose(0, 1, 2, 4, 3, 5).reshape(x.shape)
    for r in range(out_h):
        for s in range(out_w):
            rows = slice(r * stride, r * stride + size)
            columns = slice(s * stride, s * stride + size)
            mask = first_maximum(x[:, :, rows, columns])
            dx[:, :, rows, columns] += mask * dy[:, :, r, s][:, :, None, None]
    return dx
