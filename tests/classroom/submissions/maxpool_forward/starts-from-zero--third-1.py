# expect: starts-from-zero

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def maxpool_forward(x, size, stride):
    n, c, h, w = x.shape
    out = np.zeros((n, c, _size(h, size, stride), _size(w, size, stride)))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for a in range(size):
                for b in range(size):
                    out[:, :, i, j] = np.maximum(out[:, :, i, j], x[:, :, i * stride + a, j * stride + b])
    return out
