# expect: minimum + height-and-width-swapped

from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    v = sliding_window_view(x.swapaxes(2, 3), (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return -(-v).max(axis=(4, 5))
