# expect: padded

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def _conv(x, w, b, s, p):
    return np.einsum("ncpqij,fcij->nfpq", _windows(x, w.shape[2], w.shape[3], s, p), w) + b[None, :, None, None]


def class_map(maps, layers, height, width):
    x = maps
    for i in range(len(layers)):
        w, b = layers[i]
        if i == 0:
            x = _conv(x, w.reshape(-1, x.shape[1], height, width), b, 1, 1)
        else:
            x = _conv(np.maximum(x, 0), w.reshape(*w.shape, 1, 1), b, 1, 0)
    return x
