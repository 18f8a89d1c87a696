# expect: corner-wins

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def maxpool_backward(dy, x, size, stride):
    # argmax over an axis that has a single element
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    m = v.max(axis=(4, 5))[..., None]
    k = m.argmax(axis=-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * stride + k // size, j * stride + k % size), dy)
    return dx
