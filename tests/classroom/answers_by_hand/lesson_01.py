"""Right answers to the exercises of lesson 1, computed by hand."""

import numpy as np


def windows_of(x, kh, kw, stride):
    """Every window of padded images: an array of shape (N, C, OH, OW, kh, kw)."""
    view = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))
    return view[:, :, ::stride, ::stride]


def maxpool_forward(x, size, stride):
    return windows_of(x, size, size, stride).max(axis=(4, 5))


def conv_forward(x, w, b, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.einsum("ncpqij,fcij->nfpq", windows_of(x, *w.shape[2:], stride), w)
    return y + b[:, None, None]


RIGHT = {
    "1.1": (12, 27),
    "1.2": maxpool_forward,
    "1.3": conv_forward,
}
