"""Floor 1: the three ways of convolution on the CPU behind one door.

Images arrive and leave as (N, C, H, W); inside, memory is channels last, and filters are (kh, kw, C/groups, O).
``way`` is "im2col", "direct", or an int m for Winograd's F(m×m, 3×3).
"""

import numpy as np

from minivgg import memory, threads
from minivgg.kernels import direct, im2col, winograd
from minivgg.kernels.blocks import parts

WAYS = ("im2col", "direct", 2, 4)


def convolve(x, w, b, g, way, relu=False, kept=None):
    """y (N, O, OH, OW) of x (N, C, H, W), w (O, C/groups, kh, kw) and b (O,) or None, with ReLU where asked for.

    kept: a dict where transformed filters of the same w may be, and are put.
    """
    y = memory.images(x, (x.shape[0], w.shape[0], *g.out))
    pixels, out, filters = _to_last(x), y.transpose(0, 2, 3, 1), filters_last(w)
    if isinstance(way, int):
        u = None if kept is None else kept.get(way)
        if u is None:
            u = winograd.transform_filters(filters, way, lasting=kept is not None)
        if kept is not None:
            kept[way] = u
        winograd.forward(pixels, u, b, relu, winograd.tiling(x.shape, g.padding, way), out)
    else:
        (direct if way == "direct" else im2col).forward(pixels, filters, b, g, relu, out)
    return y


def input_gradient(dy, w, shape, g, way):
    """dx (N, C, H, W) = ``shape`` from dy (N, O, OH, OW)."""
    dx = memory.images(dy, shape)
    grads, out, filters = _to_last(dy), dx.transpose(0, 2, 3, 1), filters_last(w)
    if isinstance(way, int):  # the windows that a pixel was seen by, in reverse: a convolution with the turned filters
        padding = tuple(2 - p for p in g.padding)
        u = winograd.transform_filters(_turned(filters), way)
        winograd.forward(grads, u, None, False, winograd.tiling(dy.shape, padding, way), out)
    else:
        (direct if way == "direct" else im2col).input_gradient(grads, filters, g, out)
    return dx


def filter_gradient(x, dy, w, g, way):
    """dw (O, C/groups, kh, kw), in memory (kh, kw, C/groups, O), and db (O,) = Σ dy."""
    pixels, grads = _to_last(x), _to_last(dy)
    if isinstance(way, int):
        dw, db = winograd.filter_gradient(pixels, grads, winograd.tiling(x.shape, g.padding, way))
    else:
        dw, db = (direct if way == "direct" else im2col).filter_gradient(pixels, grads, filters_last(w).shape, g)
    return dw.transpose(3, 2, 0, 1), db


def filters_last(w):
    """w (O, C, kh, kw) -> contiguous (kh, kw, C, O): no copy where memory has that order already, as in ``Conv2d``."""
    return np.ascontiguousarray(w.transpose(2, 3, 1, 0))


def _to_last(x):
    """(N, C, H, W) -> contiguous (N, H, W, C): no copy where memory has that order already."""
    if memory.channels_are_last(x):
        return x.transpose(0, 2, 3, 1)
    out = memory.images(x, x.shape)
    threads.for_each(lambda images: np.copyto(out[images], x[images]), parts(x.shape[0], 1))
    return out.transpose(0, 2, 3, 1)


def _turned(filters):
    """(3, 3, C, O) -> turned by 180°, with in and out exchanged: (3, 3, O, C)."""
    kh, kw, c, o = filters.shape
    turned = memory.new(filters, (kh * kw, o, c))
    flat = filters.reshape(kh * kw, c, o)
    threads.for_each(lambda place: np.copyto(turned[-1 - place], flat[place].T), range(kh * kw))
    return turned.reshape(kh, kw, o, c)
