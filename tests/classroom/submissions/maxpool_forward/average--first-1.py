# expect: average

from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    return sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride].mean(axis=(-2, -1))
