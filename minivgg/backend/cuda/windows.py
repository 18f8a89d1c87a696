"""Windows over images in channels-last memory on the GPU: im2col and its adjoint."""

from functools import cache

from minivgg.backend.cuda.launch import Constants, launch
from minivgg.backend.devices import cupy
from minivgg.backend.geometry import Geometry
from minivgg.backend.types import Array, Shape


def channels_last(x: Array) -> Array:
    """(N, C, H, W) -> contiguous (N, H, W, C): no copy where memory has that order already."""
    return cupy().ascontiguousarray(x.transpose(0, 2, 3, 1))


def im2col(x: Array, geometry: Geometry) -> Array:
    """Every window of x (N, C, H, W) as a row: (groups, N·OH·OW, kh·kw·C/groups).

    Within a row the order is (kernel row, kernel column, channel).
    """
    return im2col_of_pixels(channels_last(x), geometry)


def col2im(cols: Array, shape: Shape, geometry: Geometry) -> Array:
    """The adjoint of ``im2col``: adds every number to the pixel that it was copied from.

    cols (groups, N·OH·OW, kh·kw·C/groups) -> (N, C, H, W) = ``shape``, channels last in memory.
    """
    n, c, h, w = shape
    dx = cupy().empty((n, h, w, c), cols.dtype)
    col2im_into(cupy().ascontiguousarray(cols), dx, geometry)
    return dx.transpose(0, 3, 1, 2)


def im2col_of_pixels(pixels: Array, geometry: Geometry) -> Array:
    """``im2col`` of images (N, H, W, C)."""
    (kh, kw), (oh, ow), groups = geometry.kernel, geometry.out, geometry.groups
    n, per_group = len(pixels), pixels.shape[3] // groups
    cols = cupy().empty((groups, n * oh * ow, kh * kw * per_group), pixels.dtype)
    size, sizes = n * oh * ow * pixels.shape[3], _sizes(pixels, geometry)
    launch("windows", "im2col", size, pixels, cols, *sizes, constants=window_constants(geometry))
    return cols


def col2im_into(cols: Array, dx: Array, geometry: Geometry) -> None:
    """``col2im`` of contiguous cols that fills dx (N, H, W, C)."""
    sizes = _sizes(dx, geometry)
    launch("windows", "col2im", dx.size, cols, dx, *sizes, constants=window_constants(geometry))


def window_constants(geometry: Geometry) -> Constants:
    """The ``#define`` lines of windows: the same object for images of every size."""
    return _window_constants(geometry.kernel, geometry.stride, geometry.padding, geometry.dilation)


@cache
def _window_constants(*pairs: tuple[int, int]) -> Constants:
    names = "KH", "KW", "SH", "SW", "PH", "PW", "DH", "DW"
    return Constants(zip(names, (size for pair in pairs for size in pair), strict=True))


def _sizes(pixels: Array, geometry: Geometry) -> tuple[int, ...]:
    """The sizes that windows.cu asks for."""
    return *pixels.shape[1:], pixels.shape[3] // geometry.groups, *geometry.out
