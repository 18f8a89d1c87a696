# expect: gradient-forgotten

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def maxpool_backward(dy, x, size, stride):
    # a mask of True and False
    N, C, H, W = x.shape
    winners = np.zeros(x.shape, dtype=bool)
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = v.reshape(dy.shape + (-1,)).argmax(-1)
    n, c, i, j = np.ogrid[:N, :C, :dy.shape[2], :dy.shape[3]]
    winners[n, c, i * stride + k // size, j * stride + k % size] = True
    return winners
