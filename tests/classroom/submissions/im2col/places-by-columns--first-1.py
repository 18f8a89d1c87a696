# expect: places-by-columns

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    N, C, H, W = xp.shape
    ys = np.arange(0, H - kh + 1, stride)
    xs = np.arange(0, W - kw + 1, stride)
    Y, X = np.meshgrid(ys, xs)                 # (len(xs), len(ys))!
    return np.array([xp[n, :, y:y + kh, z:z + kw].flatten()
                     for n in range(N) for y, z in zip(Y.flat, X.flat)])
