"""Convolution on the CPU: the choice of an algorithm, and the call of its kernel.

Images are (N, C, H, W) for the caller; inside, memory is channels last, (N, H, W, C), and filters
are (kh, kw, C/groups, O).
"""

from functools import partial

import numpy as np

import minivgg.backend.cpu.conv_direct as conv_direct
import minivgg.backend.cpu.conv_im2col as conv_im2col
import minivgg.backend.cpu.conv_im2col_few_channels as conv_im2col_few_channels
import minivgg.backend.cpu.conv_winograd as conv_winograd
from minivgg.backend import conv_algorithms, memory_pool, thread_pool
from minivgg.backend.blocks import chunks
from minivgg.backend.conv_algorithms import Algorithm, Explain
from minivgg.backend.cpu.cost_model import COST_MODEL
from minivgg.backend.cpu.elementwise import relu_backward
from minivgg.backend.cpu.pooling import max_pool
from minivgg.backend.geometry import Geometry, pool_by_two
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array, Shape
from minivgg.backend.winograd import FilterCache, get_or_compute, tile

choose = partial(conv_algorithms.choose, COST_MODEL)


def conv2d(
    x: Array,
    w: Array,
    b: Array | None,
    geometry: Geometry,
    algorithm: str | Algorithm = "auto",
    relu: bool = False,
    pool: bool = False,
    filter_cache: FilterCache | None = None,
    explain: Explain | None = None,
) -> Array:
    """y (N, O, OH, OW) of x (N, C, H, W), w (O, C/groups, kh, kw) and b (O,) or None.

    relu: whether to return max(y, 0). pool: whether to return the largest of each 2×2 pixels of
    that, (N, O, OH//2, OW//2). filter_cache: a dict of transformed filters of the same w, which is
    filled, or None. algorithm, explain: see ``choose``.
    """
    chosen = choose("conv2d", algorithm, x, w.shape[0], geometry, explain)
    filters, pooled = _filters_last(w), pool_by_two(*geometry.out) if pool else geometry
    if m := chosen.tile_size:
        y = memory_pool.empty((len(x), *pooled.out, len(w)), x.dtype)
        tiling, lasting = tile(x.shape, geometry.padding, m), filter_cache is not None
        tiles = len(x) * tiling.rows * tiling.columns
        width = conv_winograd.panel_width(tiles, x.shape[1], len(w), get_tuning())
        u = get_or_compute(
            filter_cache,
            (m, width),
            lambda: conv_winograd.filter_transform(filters, m, width, lasting),
        )
        output = conv_winograd.Output(y, b, relu, pool)
        for images in conv_winograd.forward(_channels_last(x), u, tiling, output):
            exact = conv2d(x[images], w, b, geometry, Algorithm.IM2COL, relu, pool)
            y[images] = exact.transpose(0, 2, 3, 1)
        return y.transpose(0, 3, 1, 2)
    y = memory_pool.empty((len(x), *geometry.out, len(w)), x.dtype)
    if chosen is Algorithm.DIRECT:
        conv_direct.forward(_channels_last(x), filters, b, geometry, relu, y)
    elif conv_im2col_few_channels.supports(x, geometry):
        conv_im2col_few_channels.forward(x.transpose(0, 2, 3, 1), filters, b, geometry, relu, y)
    else:
        conv_im2col.forward(_channels_last(x), filters, b, geometry, relu, y)
    if pool:
        y, _ = max_pool(y.transpose(0, 3, 1, 2), pooled)
    return y.transpose(0, 3, 1, 2)


def conv2d_weight_grad(
    x: Array, dy: Array, w_shape: Shape, geometry: Geometry, algorithm: str | Algorithm = "auto"
) -> tuple[Array, Array]:
    """dw (O, C/groups, kh, kw), in memory (kh, kw, C/groups, O), and db (O,) = Σ dy."""
    o, c, kh, kw = w_shape
    chosen = choose("conv2d_backward, dw", algorithm, x, o, geometry)
    grads = _channels_last(dy)
    if m := chosen.tile_size:
        tiling = tile(x.shape, geometry.padding, m)
        found = conv_winograd.weight_grad(_channels_last(x), grads, tiling)
        if not found:
            return conv2d_weight_grad(x, dy, w_shape, geometry, Algorithm.IM2COL)
        dw, db = found
    elif chosen is Algorithm.DIRECT:
        dw, db = conv_direct.weight_grad(_channels_last(x), grads, (kh, kw, c, o), geometry)
    elif conv_im2col_few_channels.supports(x, geometry):
        images = x.transpose(0, 2, 3, 1)
        dw, db = conv_im2col_few_channels.weight_grad(images, grads, (kh, kw, c, o), geometry)
    else:
        dw, db = conv_im2col.weight_grad(_channels_last(x), grads, (kh, kw, c, o), geometry)
    return dw.transpose(3, 2, 0, 1), db


def conv2d_input_grad(
    dy: Array,
    w: Array,
    x_shape: Shape,
    geometry: Geometry,
    algorithm: str | Algorithm = "auto",
    relu_output: Array | None = None,
) -> Array:
    """dx (N, C, H, W) = ``x_shape`` from dy (N, O, OH, OW).

    relu_output: an array of that shape or None; dx is 0 where it is not positive.

    At stride 1 the windows that hold a pixel lie around it: dx is the convolution of dy with the
    filters rotated by 180°, O -> C channels. Gathering is then far cheaper than col2im's
    scatter-add, unless there are many more channels to gather from.
    """
    n, c, h, width = x_shape
    dx_geometry = geometry._replace(out=(h, width))
    chosen = choose("conv2d_backward, dx", algorithm, dy, c, dx_geometry)
    dx = memory_pool.empty((n, h, width, c), dy.dtype)
    grads, filters = _channels_last(dy), _filters_last(w)
    mask_source = None if relu_output is None else _channels_last(relu_output)
    (kh, kw), (ph, pw) = geometry.window, geometry.padding
    turned, turned_padding = filters[::-1, ::-1].swapaxes(2, 3), (kh - 1 - ph, kw - 1 - pw)
    if m := chosen.tile_size:
        tiling = tile(dy.shape, turned_padding, m)
        tiles = n * tiling.rows * tiling.columns
        width = conv_winograd.panel_width(tiles, dy.shape[1], c, get_tuning())
        u = conv_winograd.filter_transform(turned, m, width)
        output = conv_winograd.Output(dx, relu_output=mask_source)
        for images in conv_winograd.forward(grads, u, tiling, output):
            masks = None if relu_output is None else relu_output[images]
            shape = (images.stop - images.start, *x_shape[1:])
            exact = conv2d_input_grad(dy[images], w, shape, geometry, Algorithm.IM2COL, masks)
            dx[images] = exact.transpose(0, 2, 3, 1)
        return dx.transpose(0, 3, 1, 2)
    kernels = conv_direct if chosen is Algorithm.DIRECT else conv_im2col
    if (
        geometry.stride == (1, 1)
        and geometry.groups == 1
        and min(turned_padding) >= 0
        and w.shape[0] <= get_tuning().col2im_channel_ratio * c
    ):
        turned = np.ascontiguousarray(turned)
        turned_geometry = dx_geometry._replace(padding=turned_padding)
        kernels.forward(grads, turned, None, turned_geometry, False, dx)
    else:
        kernels.input_grad(grads, filters, geometry, dx)
    if mask_source is not None:
        relu_backward(mask_source, dx, dx)
    return dx.transpose(0, 3, 1, 2)


def filters_channels_last(w: Array) -> Array:
    """w (O, C, kh, kw), in memory (kh, kw, C, O): no copy where memory has that order already."""
    return _filters_last(w).transpose(3, 2, 0, 1)


def _filters_last(w: Array) -> Array:
    """w (O, C, kh, kw) -> contiguous (kh, kw, C, O)."""
    return np.ascontiguousarray(w.transpose(2, 3, 1, 0))


def _channels_last(x: Array) -> Array:
    """(N, C, H, W) -> contiguous (N, H, W, C): no copy where memory has that order already."""
    view = x.transpose(0, 2, 3, 1)
    if view.flags.c_contiguous:
        return view
    copy = memory_pool.empty(view.shape, x.dtype)
    thread_pool.for_each(
        lambda images: np.copyto(copy[images], view[images]), chunks(x.shape[0], 1)
    )
    return copy
