# expect: stride-ignored

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def maxpool_backward(dy, x, size, stride):
    # looks at the right window, writes at the wrong one
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    k = v.reshape(dy.shape + (-1,)).argmax(-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i + k // size, j + k % size), dy)
    return dx
