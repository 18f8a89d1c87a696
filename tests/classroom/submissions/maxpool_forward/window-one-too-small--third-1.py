# expect: window-one-too-small

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def maxpool_forward(x, size, stride):
    oh, ow = _size(x.shape[2], size, stride), _size(x.shape[3], size, stride)
    y = np.full((*x.shape[:2], oh, ow), -np.inf)
    for p in range(oh):
        for q in range(ow):
            a, b = p * stride, q * stride
            y[:, :, p, q] = x[:, :, a : a + size - 1, b : b + size - 1].max(axis=(2, 3))
    return y
