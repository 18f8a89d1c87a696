# expect: stride-ignored

from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    return sliding_window_view(x, (size, size), axis=(2, 3)).max(axis=(4, 5))
