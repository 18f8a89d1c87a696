# expect: largest-magnitude

import numpy as np
from numpy.lib.stride_tricks import as_strided


def maxpool_forward(x, size, stride):
    s = x.strides
    N, C, H, W = x.shape
    win = as_strided(x, (N, C, (H - size) // stride + 1, (W - size) // stride + 1, size, size),
                     (s[0], s[1], s[2] * stride, s[3] * stride, s[2], s[3]))
    return np.abs(win).max(axis=(4, 5))
