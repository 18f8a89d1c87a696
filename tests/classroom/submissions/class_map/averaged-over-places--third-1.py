# expect: averaged-over-places

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def class_map(maps, layers, height, width):
    z = np.moveaxis(_windows(maps, height, width, 1, 0), 1, 3)
    z = z.reshape(*z.shape[:3], -1)
    for w, b in layers[:-1]:
        z = np.maximum(z @ w.T + b, 0)
    w, b = layers[-1]
    return (z @ w.T + b).mean(axis=(1, 2))
