# expect: rounded-up

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    # made longer with zeros
    N, C, H, W = x.shape
    more_h, more_w = -(H - size) % stride, -(W - size) % stride
    x = np.pad(x, ((0, 0), (0, 0), (0, more_h), (0, more_w)))
    return sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride].max(axis=(4, 5))
