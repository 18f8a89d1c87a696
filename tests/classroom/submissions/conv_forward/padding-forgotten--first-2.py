# expect: padding-forgotten

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding=0):
    padding = 0        # left over from my first try
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.tensordot(w, v, axes=((1, 2, 3), (1, 4, 5))).swapaxes(0, 1) + b.reshape(-1, 1, 1)
