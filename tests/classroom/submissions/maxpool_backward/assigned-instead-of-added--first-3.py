# expect: assigned-instead-of-added

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def maxpool_backward(dy, x, size, stride):
    # fancy += which adds once for each pixel
    N, C, H, W = x.shape
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = v.reshape(dy.shape + (size * size,)).argmax(axis=-1)
    rows = np.arange(dy.shape[2])[:, None] * stride + k // size
    cols = np.arange(dy.shape[3]) * stride + k % size
    dx = np.zeros((N, C, H, W))
    dx[np.arange(N)[:, None, None, None], np.arange(C)[:, None, None], rows, cols] += dy
    return dx
