# expect: height-and-width-swapped

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.tensordot(v, w, axes=([1, 4, 5], [1, 2, 3])) + b       # (N, OH, OW, F)
    return out.T.transpose(3, 0, 1, 2)
