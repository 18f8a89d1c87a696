# expect: windows-flipped

import itertools

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    places = itertools.product(range(N), range(0, H + 2 * padding - kh + 1, stride),
                               range(0, W + 2 * padding - kw + 1, stride))
    for line, (n, i, j) in zip(cols, places):
        xp[n, :, i:i + kh, j:j + kw] += line.reshape(C, kh, kw)[:, ::-1, ::-1]
    return xp[:, :, padding:padding + H, padding:padding + W]
