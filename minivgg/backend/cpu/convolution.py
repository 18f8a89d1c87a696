"""Floor 1: the three ways of convolution on the CPU behind one door.

Images arrive and leave as (N, C, H, W); inside, memory is channels last, and filters are (kh, kw, C/groups, O).
``way`` is "im2col", "direct", or an int m for Winograd's F(m×m, 3×3).
"""

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import parts
from minivgg.backend.cpu import conv_direct, conv_im2col, conv_im2col_few_channels, conv_winograd
from minivgg.backend.cpu.elementwise import each, where_positive
from minivgg.backend.winograd import kept_or_made, tiling

WAYS = ("im2col", "direct", 2, 4)
MANY_MORE = 24  # times as many channels to gather from as to add up into: then col2im is the cheaper way back


def convolve(x, w, b, g, way, relu=False, kept=None):
    """y (N, O, OH, OW) of x (N, C, H, W), w (O, C/groups, kh, kw) and b (O,) or None, with ReLU where asked for.

    kept: a dict where transformed filters of the same w may be, and are put.
    """
    y = memory_pool.images(x, (x.shape[0], w.shape[0], *g.out))
    out, filters = y.transpose(0, 2, 3, 1), filters_last(w)
    if isinstance(way, int):
        u = kept_or_made(
            kept,
            way,
            lambda: conv_winograd.transform_filters(filters, way, lasting=kept is not None),
        )
        conv_winograd.forward(_to_last(x), u, b, relu, tiling(x.shape, g.padding, way), out)
    elif way == "im2col" and conv_im2col_few_channels.suit(x, g):
        conv_im2col_few_channels.forward(x.transpose(0, 2, 3, 1), filters, b, g, relu, out)
    else:
        (conv_direct if way == "direct" else conv_im2col).forward(
            _to_last(x), filters, b, g, relu, out
        )
    return y


def input_gradient(dy, w, shape, g, way, gate=None):
    """dx (N, C, H, W) = ``shape`` from dy (N, O, OH, OW); 0 where ``gate`` of that shape is given and not positive.

    At stride 1 a pixel was seen by its windows in reverse: dx is the convolution of dy with the filters turned by 180°, O -> C channels,
    and gathering costs a fraction of col2im's adding up, unless there are many more channels to gather.
    """
    dx = memory_pool.images(dy, shape)
    grads, out, filters = _to_last(dy), dx.transpose(0, 2, 3, 1), filters_last(w)
    positive = None if gate is None else _to_last(gate)
    turned = g._replace(
        padding=tuple(k - 1 - p for k, p in zip(g.kernel, g.padding, strict=True)), out=shape[2:]
    )
    back = filters[::-1, ::-1].swapaxes(2, 3)
    if isinstance(way, int):
        conv_winograd.forward(
            grads,
            conv_winograd.transform_filters(back, way),
            None,
            False,
            tiling(dy.shape, turned.padding, way),
            out,
            positive,
        )
        return dx
    kernels = conv_direct if way == "direct" else conv_im2col
    if (
        g.stride == (1, 1)
        and g.groups == 1
        and min(turned.padding) >= 0
        and w.shape[0] <= MANY_MORE * shape[1]
    ):
        kernels.forward(grads, np.ascontiguousarray(back), None, turned, False, out)
    else:
        kernels.input_gradient(grads, filters, g, out)
    if gate is not None:
        each(where_positive, positive, out, out)
    return dx


def filter_gradient(x, dy, w, g, way):
    """dw (O, C/groups, kh, kw), in memory (kh, kw, C/groups, O), and db (O,) = Σ dy."""
    grads, (o, c, kh, kw) = _to_last(dy), w.shape
    if isinstance(way, int):
        dw, db = conv_winograd.filter_gradient(_to_last(x), grads, tiling(x.shape, g.padding, way))
    elif way == "im2col" and conv_im2col_few_channels.suit(x, g):
        dw, db = conv_im2col_few_channels.filter_gradient(
            x.transpose(0, 2, 3, 1), grads, (kh, kw, c, o), g
        )
    else:
        dw, db = (conv_direct if way == "direct" else conv_im2col).filter_gradient(
            _to_last(x), grads, (kh, kw, c, o), g
        )
    return dw.transpose(3, 2, 0, 1), db


def filters_last(w):
    """w (O, C, kh, kw) -> contiguous (kh, kw, C, O): no copy where memory has that order already, as in ``Conv2d``."""
    return np.ascontiguousarray(w.transpose(2, 3, 1, 0))


def _to_last(x):
    """(N, C, H, W) -> contiguous (N, H, W, C): no copy where memory has that order already."""
    if memory_pool.channels_are_last(x):
        return x.transpose(0, 2, 3, 1)
    out = memory_pool.images(x, x.shape)
    thread_pool.for_each(lambda images: np.copyto(out[images], x[images]), parts(x.shape[0], 1))
    return out.transpose(0, 2, 3, 1)
