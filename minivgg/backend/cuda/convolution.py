"""Convolution on the GPU: the choice of an algorithm, and the call of its kernel.

Images are (N, C, H, W) for the caller; inside, memory is channels last, (N, H, W, C).
"""

import minivgg.backend.cuda.conv_few_channels as conv_few_channels
import minivgg.backend.cuda.conv_im2col as conv_im2col
import minivgg.backend.cuda.conv_winograd as conv_winograd
from minivgg.backend import conv_algorithms
from minivgg.backend.conv_algorithms import Algorithm, Explain
from minivgg.backend.cuda.cost_model import COST_MODELS
from minivgg.backend.cuda.elementwise import relu_backward
from minivgg.backend.cuda.pooling import max_pool
from minivgg.backend.cuda.windows import channels_last
from minivgg.backend.devices import cupy
from minivgg.backend.geometry import Geometry, pool_by_two
from minivgg.backend.precision import product_precision
from minivgg.backend.types import Array, Shape
from minivgg.backend.winograd import FilterCache, get_or_compute, tile


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
    pixels, b = channels_last(x), None if b is None else cupy().ascontiguousarray(b)
    y = cupy().empty((x.shape[0], *geometry.out, w.shape[0]), x.dtype)
    if m := chosen.tile_size:
        u = get_or_compute(
            filter_cache, (m, 0), lambda: conv_winograd.filter_transform(_filters_last(w), m)
        )
        conv_winograd.forward(pixels, u, b, relu, tile(x.shape, geometry.padding, m), y)
    elif conv_few_channels.fits(x.shape[1], geometry):
        conv_few_channels.forward(pixels, _filters_last(w), b, geometry, relu, y)
    else:
        conv_im2col.forward(pixels, w, b, geometry, relu, y)
    if pool:
        y, _ = max_pool(y.transpose(0, 3, 1, 2), pool_by_two(*geometry.out))
    return y.transpose(0, 3, 1, 2)


def conv2d_weight_grad(
    x: Array, dy: Array, w_shape: Shape, geometry: Geometry, algorithm: str | Algorithm = "auto"
) -> tuple[Array, Array]:
    """dw (O, C/groups, kh, kw), in memory (kh, kw, C/groups, O), and db (O,) = Σ dy."""
    o, c, kh, kw = w_shape
    chosen = choose("conv2d_backward, dw", algorithm, x, o, geometry)
    pixels, grads = channels_last(x), channels_last(dy)
    if m := chosen.tile_size:
        dw, db = conv_winograd.weight_grad(pixels, grads, tile(x.shape, geometry.padding, m))
    elif conv_few_channels.fits(x.shape[1], geometry):
        dw, db = conv_few_channels.weight_grad(pixels, grads, geometry)
    else:
        dw, db = conv_im2col.weight_grad(pixels, grads, (kh, kw, c, o), geometry)
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

    Winograd's is a convolution of dy with the filters rotated by 180°, O -> C channels, since the
    windows that hold a pixel lie around it.
    """
    n, c, h, width = x_shape
    dx_geometry = geometry._replace(out=(h, width))
    chosen = choose("conv2d_backward, dx", algorithm, dy, c, dx_geometry)
    grads, dx = channels_last(dy), cupy().empty((n, h, width, c), dy.dtype)
    mask_source = None if relu_output is None else channels_last(relu_output)
    if m := chosen.tile_size:
        u = conv_winograd.filter_transform(_filters_last(w), m, backward=True)
        tiling = tile(dy.shape, tuple(2 - p for p in geometry.padding), m)
        conv_winograd.forward(grads, u, None, False, tiling, dx, mask_source)
    else:
        conv_im2col.input_grad(grads, w, geometry, dx)
        if mask_source is not None:
            relu_backward(mask_source, dx, dx)
    return dx.transpose(0, 3, 1, 2)


def choose(
    op: str,
    requested: str | Algorithm,
    x: Array,
    out_channels: int,
    geometry: Geometry,
    explain: Explain | None = None,
) -> Algorithm:
    """``conv_algorithms.choose``, with the costs for the precision that products have now."""
    costs = COST_MODELS[product_precision()]
    return conv_algorithms.choose(costs, op, requested, x, out_channels, geometry, explain)


def filters_channels_last(w: Array) -> Array:
    """w (O, C, kh, kw), in memory (kh, kw, C, O): no copy where memory has that order already."""
    return _filters_last(w).transpose(3, 2, 0, 1)


def _filters_last(w: Array) -> Array:
    """w (O, C, kh, kw) -> contiguous (kh, kw, C, O)."""
    return cupy().ascontiguousarray(w.transpose(2, 3, 1, 0))
