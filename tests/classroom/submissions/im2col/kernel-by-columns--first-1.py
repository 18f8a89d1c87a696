# expect: kernel-by-columns

import numpy as np
from numpy.lib.stride_tricks import as_strided


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    N, C, H, W = xp.shape
    oh, ow = (H - kh) // stride + 1, (W - kw) // stride + 1
    sn, sc, sh, sw = xp.strides
    view = as_strided(xp, (N, oh, ow, C, kw, kh), (sn, sh * stride, sw * stride, sc, sw, sh))
    return np.reshape(view, (N * oh * ow, C * kh * kw))
