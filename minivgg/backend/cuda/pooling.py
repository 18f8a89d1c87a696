"""Max-pooling and average-pooling on the GPU: the functions of ``backend.cpu.pooling``."""

import numpy as np

from minivgg.backend.cuda.launch import launch
from minivgg.backend.cuda.windows import channels_last, window_constants
from minivgg.backend.devices import cupy
from minivgg.backend.geometry import Geometry
from minivgg.backend.types import Array, Shape

MAX_WINDOW_PIXELS = 65534  # the place of a window's winner takes two bytes


def max_pool(x: Array, geometry: Geometry) -> tuple[Array, Array]:
    """The largest pixel of each window of x (N, C, H, W): y (N, OH, OW, C). The border never wins.

    The second value has the place in its window of each winner.
    """
    if geometry.kernel[0] * geometry.kernel[1] > MAX_WINDOW_PIXELS:
        raise ValueError(
            f"max_pool2d: on the GPU a window has at most {MAX_WINDOW_PIXELS} pixels, "
            f"got {geometry.kernel}"
        )
    pixels, shape = channels_last(x), (x.shape[0], *geometry.out, x.shape[1])
    y, winners = cupy().empty(shape, x.dtype), cupy().empty(shape, np.uint16)
    launch(
        "pooling",
        "max_pool",
        y.size,
        pixels,
        y,
        winners,
        *_sizes(pixels, geometry),
        constants=window_constants(geometry),
    )
    return y, winners


def max_pool_backward(
    dy: Array, x: Array, y: Array, winners: Array | None, geometry: Geometry, relu: bool
) -> Array:
    """dx (N, C, H, W) from dy (N, C, OH, OW): each dy to the pixel of x that won its window.

    relu: windows whose largest pixel is not positive get 0.
    """
    n, c, h, w = x.shape
    dx, (rows, columns) = cupy().empty((n, h, w, c), dy.dtype), _cells(h, w, geometry)
    arrays = channels_last(dy), y, winners, dx
    launch(
        "pooling",
        "max_pool_backward",
        n * rows * columns * c,
        *arrays,
        *_sizes(dx, geometry),
        rows,
        columns,
        relu,
        constants=window_constants(geometry),
    )
    return dx.transpose(0, 3, 1, 2)


def avg_pool(x: Array, areas: Array, geometry: Geometry) -> Array:
    """The sum of each window of x (N, C, H, W), divided by areas (OH, OW, 1): y (N, OH, OW, C)."""
    pixels = channels_last(x)
    y = cupy().empty((x.shape[0], *geometry.out, x.shape[1]), x.dtype)
    launch(
        "pooling",
        "avg_pool",
        y.size,
        pixels,
        _shares(areas),
        y,
        *_sizes(pixels, geometry),
        constants=window_constants(geometry),
    )
    return y


def avg_pool_backward(dy: Array, areas: Array, shape: Shape, geometry: Geometry) -> Array:
    """dx (N, C, H, W) = ``shape`` from dy (N, C, OH, OW): dy / area to every pixel of the window.

    What windows that overlap give to a pixel is added up.
    """
    n, c, h, w = shape
    dx, (rows, columns) = cupy().empty((n, h, w, c), dy.dtype), _cells(h, w, geometry)
    arrays = channels_last(dy), _shares(areas), dx
    launch(
        "pooling",
        "avg_pool_backward",
        n * rows * columns * c,
        *arrays,
        *_sizes(dx, geometry),
        rows,
        columns,
        constants=window_constants(geometry),
    )
    return dx.transpose(0, 3, 1, 2)


def _shares(areas: Array) -> Array:
    """1 / areas, contiguous."""
    return cupy().ascontiguousarray(1 / areas)


def _sizes(pixels: Array, geometry: Geometry) -> tuple[int, ...]:
    """The sizes that pooling.cu asks for."""
    return *pixels.shape[1:], *geometry.out


def _cells(height: int, width: int, geometry: Geometry) -> tuple[int, int]:
    """Rows and columns of cells, of as many pixels as the stride, that cover an image.

    The first begins where the first window does, in the padding.
    """
    (sh, sw), (ph, pw) = geometry.stride, geometry.padding
    return -(-(height + ph) // sh), -(-(width + pw) // sw)
