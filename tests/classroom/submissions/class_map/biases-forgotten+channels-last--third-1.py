# expect: biases-forgotten + channels-last

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _windows(x, kh, kw, s, p):
    """(N, C, OH, OW, kh, kw)"""
    return sliding_window_view(_border(x, p), (kh, kw), axis=(2, 3))[:, :, ::s, ::s]


def class_map(maps, layers, height, width):
    first = layers[0][0]
    c = maps.shape[1]
    kernel = first.reshape(-1, height, width, c)
    win = _windows(maps, height, width, 1, 0)
    a = np.einsum("ncpqij,fijc->nfpq", win, kernel)
    for w, _ in layers[1:]:
        a = np.tensordot(np.clip(a, 0, None), w, axes=(1, 1)).transpose(0, 3, 1, 2)
    return a
