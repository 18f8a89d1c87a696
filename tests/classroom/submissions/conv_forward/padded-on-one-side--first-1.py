# expect: padded-on-one-side

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_forward(x, w, b, stride, padding):
    x = np.concatenate([np.zeros(x.shape[:2] + (padding, x.shape[3])), x], axis=2)
    x = np.concatenate([np.zeros(x.shape[:3] + (padding,)), x], axis=3)
    v = sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum('nchwij,fcij->nfhw', v, w) + b[:, None, None]
