# expect: filters-reshaped-to-columns

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    # TensorFlow's order of axes, made by reshape
    F, C, kh, kw = w.shape
    hwio = w.reshape(kh, kw, C, F)
    v = sliding_window_view(_pad(x, padding), (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,ijcf->nfhw', v, hwio) + b[:, None, None]
