"""Windows over images in channels-last memory: im2col, its adjoint, and views for every place.

Everything here works with the channels last, (N, H, W, C): the C numbers of one pixel lie side by
side, so copying a window is copying a few long rows instead of single numbers from all over memory.
Pairs are (height, width) throughout.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from minivgg.backend.geometry import Geometry
from minivgg.backend.types import Array, Shape

Border: TypeAlias = tuple[tuple[int, int], tuple[int, int]]  # (top, bottom), (left, right)
View: TypeAlias = tuple[int, int, Array]  # a place (i, j) of the kernel, and what it sees


def channels_last(x: Array, padding: Border = ((0, 0), (0, 0)), value: float = 0) -> Array:
    """x (N, C, H, W) -> contiguous (N, top + H + bottom, left + W + right, C).

    The border is filled with ``value``. Without a border, and where memory has that order already,
    the result is not a copy: never write into it.
    """
    (top, bottom), (left, right) = padding
    n, c, h, w = x.shape
    if not (top or bottom or left or right):
        return np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    padded = np.empty((n, top + h + bottom, left + w + right, c), x.dtype)
    padded[:, :top] = padded[:, top + h :] = value
    padded[:, :, :left] = padded[:, :, left + w :] = value
    padded[:, top : top + h, left : left + w] = x.transpose(0, 2, 3, 1)
    return padded


def shifted_views(
    padded: Array,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    out: tuple[int, int],
    dilation: tuple[int, int] = (1, 1),
) -> Iterator[View]:
    """For each place (i, j) of the kernel what it sees: yields (i, j, view (N, OH, OW, C)).

    ``view[n, p, q]`` is the pixel of padded (N, H, W, C) under that place in window (p, q).
    """
    (kh, kw), (sh, sw), (oh, ow), (dh, dw) = kernel, stride, out, dilation
    for i in range(kh):
        rows = slice(dh * i, dh * i + sh * (oh - 1) + 1, sh)
        for j in range(kw):
            yield i, j, padded[:, rows, dw * j : dw * j + sw * (ow - 1) + 1 : sw]


def im2col(x: Array, geometry: Geometry) -> Array:
    """Every window of x (N, C, H, W) as a row: (groups, N·OH·OW, kh·kw·C/groups).

    Within a row the order is (kernel row, kernel column, channel).
    """
    kernel, stride, (ph, pw), groups, out, dilation = geometry
    n, c, h, w = x.shape
    rows, columns = geometry.padded_size(h, w)
    padded = channels_last(x, ((ph, rows - h - ph), (pw, columns - w - pw)))
    cols = np.empty((groups, n, *out, *kernel, c // groups), x.dtype)
    for i, j, view in shifted_views(padded, kernel, stride, out, dilation):
        cols[:, :, :, :, i, j] = by_group(view, groups)
    return cols.reshape(groups, n * out[0] * out[1], kernel[0] * kernel[1] * (c // groups))


def col2im(cols: Array, shape: Shape, geometry: Geometry) -> Array:
    """The adjoint of ``im2col``: adds every number to the pixel that it was copied from.

    cols (groups, N·OH·OW, kh·kw·C/groups) -> (N, C, H, W) = ``shape``, channels last in memory.
    """
    kernel, stride, (ph, pw), groups, out, dilation = geometry
    n, c, h, w = shape
    cols = cols.reshape(groups, n, *out, *kernel, c // groups)
    padded = np.zeros((n, *geometry.padded_size(h, w), c), cols.dtype)
    for i, j, view in shifted_views(padded, kernel, stride, out, dilation):
        pixels = by_group(view, groups)
        pixels += cols[:, :, :, :, i, j]  # adds, never assigns: windows overlap
    return padded[:, ph : ph + h, pw : pw + w].transpose(0, 3, 1, 2)


def by_group(view: Array, groups: int) -> Array:
    """(N, OH, OW, C) -> (groups, N, OH, OW, C/groups), the same memory."""
    return view.reshape(*view.shape[:3], groups, view.shape[3] // groups).transpose(3, 0, 1, 2, 4)
