# expect: channels-last

import numpy as np
from numpy.lib.stride_tricks import as_strided


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    N, C, H, W = xp.shape
    oh, ow = (H - kh) // stride + 1, (W - kw) // stride + 1
    sn, sc, sh, sw = xp.strides
    view = as_strided(xp, shape=(N, oh, ow, kh, kw, C), strides=(sn, sh * stride, sw * stride, sh, sw, sc))
    return view.reshape(N * oh * ow, -1).copy()
