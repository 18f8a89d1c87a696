# expect: right

import itertools

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    cols = []
    xp = _pad(x, padding)
    for c, a, b in itertools.product(range(x.shape[1]), range(kh), range(kw)):
        cols.append(xp[:, c, a:xp.shape[2] - kh + a + 1:stride, b:xp.shape[3] - kw + b + 1:stride].ravel())
    return np.column_stack(cols)
