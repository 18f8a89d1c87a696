# expect: reshaped-without-transpose

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def im2col(x, kh, kw, stride, padding):
    p = padding
    x = np.pad(x, ((0,) * 2, (0,) * 2, (p,) * 2, (p,) * 2))
    windows = sliding_window_view(x, (kh, kw), axis=(-2, -1))[..., ::stride, ::stride, :, :]
    N, C, oh, ow, _, _ = windows.shape
    return windows.reshape((N * oh * ow, C * kh * kw))
