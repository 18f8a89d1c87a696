# expect: bias-forgotten + stride-counted-not-taken

import itertools

import numpy as np


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def conv_forward(x, w, b, stride, padding):
    kh, kw = w.shape[2:]
    xp = _border(x, padding)
    oh, ow = _size(x.shape[2], kh, stride, padding), _size(x.shape[3], kw, stride, padding)
    y = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for r, q in itertools.product(range(oh), range(ow)):
        y[:, :, r, q] = np.tensordot(xp[:, :, r : r + kh, q : q + kw], w, axes=([1, 2, 3], [1, 2, 3]))
    return y
