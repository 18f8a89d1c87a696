# expect: stride-counted-not-taken

from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    oh, ow = [(m - size) // stride + 1 for m in x.shape[2:]]
    return sliding_window_view(x, (size, size), axis=(2, 3))[:, :, :oh, :ow].max(axis=(4, 5))
