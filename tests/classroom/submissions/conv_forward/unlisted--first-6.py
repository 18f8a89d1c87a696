# expect: unlisted: result rounded to whole numbers by an integer array

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    v = sliding_window_view(_pad(x, padding), w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.zeros((v.shape[0], len(w), v.shape[2], v.shape[3]), dtype=int)
    for f in range(len(w)):
        y[:, f] = np.einsum('nchwij,cij->nhw', v, w[f]) + b[f]
    return y
