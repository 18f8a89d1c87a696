# expect: unlisted: median instead of maximum

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.median(v, axis=(4, 5))
