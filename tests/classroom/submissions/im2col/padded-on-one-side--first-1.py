# expect: padded-on-one-side

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def im2col(x, kh, kw, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)))
    v = sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    v = np.moveaxis(v, 1, 3)
    return v.reshape(-1, v.shape[3] * kh * kw)
