# expect: right

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def maxpool_backward(dy, x, size, stride):
    N, C, H, W = x.shape
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = v.reshape(dy.shape + (-1,)).argmax(axis=-1)
    i, j = np.indices(dy.shape)[2:]
    flat = (np.arange(N * C).reshape(N, C, 1, 1) * H + i * stride + k // size) * W + j * stride + k % size
    return np.bincount(flat.ravel(), dy.ravel(), minlength=x.size).reshape(x.shape)
