# expect: windows-flipped

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    # the whole row backwards: the channels, too
    xp = _pad(x, padding)
    return np.array([im[:, i:i + kh, j:j + kw].ravel()[::-1]
                     for im in xp
                     for i in range(0, xp.shape[2] - kh + 1, stride)
                     for j in range(0, xp.shape[3] - kw + 1, stride)])
