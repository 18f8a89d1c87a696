"""Max-pooling and average-pooling on the GPU: the functions of ``backend.cpu.pooling``."""

import numpy as np

from minivgg.backend import memory_pool
from minivgg.backend.cuda.launch import launch
from minivgg.backend.windows import channels_last

LARGEST_WINDOW = 65534  # pixels; the place of the winner of a max-pool takes two bytes


def max_pool(x, windows, padding):
    """The largest pixel of each window of x (N, C, H, W): y (N, OH, OW, C), and the place in the window where it was."""
    pixels, (oh, ow) = channels_last(x), windows.out
    if windows.kernel[0] * windows.kernel[1] > LARGEST_WINDOW:
        raise ValueError(
            f"max_pool2d: on the GPU a window has at most {LARGEST_WINDOW} pixels, got {windows.kernel}"
        )
    y = memory_pool.new(x, (x.shape[0], oh, ow, x.shape[1]))
    winners = memory_pool.new(x, y.shape, np.uint16)
    launch("pooling", "max_pool", y.size, pixels, y, winners, *_pooled(pixels, windows, padding))
    return y, winners


def max_pool_backward(dy, x, y, winners, windows, padding, relu):
    """dx (N, C, H, W) from dy (N, C, OH, OW); relu: 0 also under windows whose largest pixel is not positive."""
    n, c, h, w = x.shape
    dx = memory_pool.new(dy, (n, h, w, c))
    launch(
        "pooling",
        "max_pool_backward",
        dx.size,
        channels_last(dy),
        y,
        winners,
        dx,
        *_pooled(dx, windows, padding),
        relu,
    )
    return dx.transpose(0, 3, 1, 2)


def avg_pool(x, areas, windows, padding):
    """The sum of each window of x (N, C, H, W), divided by areas (OH, OW, 1): y (N, OH, OW, C)."""
    pixels, (oh, ow) = channels_last(x), windows.out
    y = memory_pool.new(x, (x.shape[0], oh, ow, x.shape[1]))
    launch("pooling", "avg_pool", y.size, pixels, 1 / areas, y, *_pooled(pixels, windows, padding))
    return y


def avg_pool_backward(dy, areas, shape, windows, padding):
    """dx (N, C, H, W) = ``shape`` from dy (N, C, OH, OW)."""
    n, c, h, w = shape
    dx = memory_pool.new(dy, (n, h, w, c))
    launch(
        "pooling",
        "avg_pool_backward",
        dx.size,
        channels_last(dy),
        1 / areas,
        dx,
        *_pooled(dx, windows, padding),
    )
    return dx.transpose(0, 3, 1, 2)


def _pooled(pixels, windows, padding):
    """The sizes that pooling.cu asks for."""
    return *pixels.shape[1:], *windows.out, *windows.kernel, *windows.stride, *padding
