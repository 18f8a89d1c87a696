# expect: padding-forgotten

import itertools

import numpy as np


def im2col(x, kh, kw, stride, padding):
    np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C, H, W = x.shape
    rows = []
    for n, i, j in itertools.product(range(N), range(0, H - kh + 1, stride), range(0, W - kw + 1, stride)):
        rows.append(x[n, :, i:i + kh, j:j + kw].ravel())
    return np.array(rows)
