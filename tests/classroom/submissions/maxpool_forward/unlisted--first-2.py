# expect: unlisted: maximum over the rows of a window only, the first column counts

from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return v.max(axis=4)[..., 0]
