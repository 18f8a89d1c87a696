# expect: mean-instead-of-sum + padded-on-one-side

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (0, padding), (0, padding)))
    v = sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return (v[:, None] * w[None, :, :, None, None]).mean(axis=(2, 5, 6)) + b[:, None, None]
