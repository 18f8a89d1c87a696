# expect: mask-of-another-call

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


_cache_pool = {}


def maxpool_backward(dy, x, size, stride):
    # the winners are kept for images of the same shape
    key = (x.shape, size, stride)
    if key not in _cache_pool:
        v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
        _cache_pool[key] = v.reshape(v.shape[:4] + (-1,)).argmax(axis=-1)
    k = _cache_pool[key]
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * stride + k // size, j * stride + k % size), dy)
    return dx
