# expect: place-instead-of-value

from numpy.lib.stride_tricks import sliding_window_view


def maxpool_forward(x, size, stride):
    v = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return v.reshape(v.shape[:4] + (-1,)).argmax(axis=-1)
