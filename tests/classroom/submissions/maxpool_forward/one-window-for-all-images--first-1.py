# expect: one-window-for-all-images

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.amax(v, axis=(0, 4, 5), keepdims=True)[..., 0, 0]
    return np.broadcast_to(y, (len(x),) + y.shape[1:])
