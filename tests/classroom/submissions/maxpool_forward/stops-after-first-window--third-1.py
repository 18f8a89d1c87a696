# expect: stops-after-first-window

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def maxpool_forward(x, size, stride):
    oh, ow = _size(x.shape[2], size, stride), _size(x.shape[3], size, stride)
    pooled = np.zeros(x.shape[:2] + (oh, ow))
    for row in range(oh):
        for col in range(ow):
            piece = x[:, :, row * stride : row * stride + size, col * stride : col * stride + size]
            pooled[:, :, row, col] = piece.reshape(*x.shape[:2], -1).max(-1)
            return pooled
