"""Max-pooling and average-pooling on the CPU.

Both go through the places of the kernel: for each place, one shifted view of the image holds what
every window sees there. Windows may overlap, reach beyond the border, and be padded; see
``Geometry``, whose groups play no part here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import Block, block_size, blocks
from minivgg.backend.cpu.windows import Border, channels_last, shifted_views
from minivgg.backend.geometry import Geometry
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array, Shape


def max_pool(x: Array, geometry: Geometry) -> tuple[Array, None]:
    """The largest pixel of each window of x (N, C, H, W): y (N, OH, OW, C). The border never wins.

    The second value is None: backward finds the winners by comparing x and y.
    """
    padded = channels_last(x, _border(x.shape, geometry), -np.inf)
    return _over_windows(np.maximum, padded, geometry), None


def max_pool_backward(
    dy: Array, x: Array, y: Array, winners: Array | None, geometry: Geometry, relu: bool
) -> Array:
    """dx (N, C, H, W) from dy (N, C, OH, OW): each dy to the pixel of x that won its window.

    In a tie the first wins, row by row. relu: windows whose largest pixel is not positive get 0.
    """
    dy, border = dy.transpose(0, 2, 3, 1), _border(x.shape, geometry)
    # NaN is equal to nothing: the border does not even win a window of −∞.
    padded = channels_last(x, border, np.nan)
    dx, tiled = _new_gradient(dy, padded.shape, geometry)
    bits = f"i{dy.itemsize}"  # a float's bits as an integer, times 0 or 1: also ∞ · 0 is 0

    def compute(block: Block) -> None:
        largest = np.where(y[block] > 0, y[block], np.nan) if relu else y[block]
        if tiled and _fill_without_ties(padded, dx, largest, dy, geometry, block):
            return
        views, dviews = _views(padded, geometry, block), _views(dx, geometry, block)
        undecided = np.ones(largest.shape, bool)  # windows whose winner has not been met yet
        winner = np.empty_like(undecided)
        for view, dview in zip(views, dviews, strict=True):
            np.equal(view, largest, out=winner)
            winner &= undecided
            undecided ^= winner
            if tiled:
                np.multiply(dy[block].view(bits), winner, out=dview.view(bits))
            else:
                dview += dy[block] * winner

    thread_pool.for_each(compute, _blocks(padded, geometry, whole_images=not tiled))
    return _without_border(dx, x.shape, border)


def avg_pool(x: Array, areas: Array, geometry: Geometry) -> Array:
    """The sum of each window of x (N, C, H, W), divided by areas (OH, OW, 1): y (N, OH, OW, C)."""
    padded = channels_last(x, _border(x.shape, geometry))
    return _over_windows(np.add, padded, geometry, divisor=areas)


def avg_pool_backward(dy: Array, areas: Array, shape: Shape, geometry: Geometry) -> Array:
    """dx (N, C, H, W) = ``shape`` from dy (N, C, OH, OW): dy / area to every pixel of the window.

    What windows that overlap give to a pixel is added up.
    """
    dy, (n, c, h, w), border = dy.transpose(0, 2, 3, 1), shape, _border(shape, geometry)
    (top, bottom), (left, right) = border
    dx, tiled = _new_gradient(dy, (n, top + h + bottom, left + w + right, c), geometry)

    def compute(block: Block) -> None:
        share = dy[block] / areas[block[1]]
        for dview in _views(dx, geometry, block):
            if tiled:
                dview[...] = share
            else:
                dview += share

    thread_pool.for_each(compute, _blocks(dx, geometry, whole_images=not tiled))
    return _without_border(dx, shape, border)


def _over_windows(
    ufunc: np.ufunc, padded: Array, geometry: Geometry, divisor: Array | None = None
) -> Array:
    """y (N, OH, OW, C): maximum or sum over each window of padded (N, H, W, C).

    First that of the rows of a window, then that of the results.
    """
    (kh, kw), (sh, sw) = geometry.kernel, geometry.stride
    n, _, w, c = padded.shape
    y = memory_pool.empty((n, *geometry.out, c), padded.dtype)

    def make_worker() -> Callable[[Block], None]:
        scratch = cache(lambda n, q: memory_pool.empty((n, q, w, c), padded.dtype))

        def compute(block: Block) -> None:
            images, rows = block
            below = padded[images, sh * rows.start :]
            over_rows = _along(ufunc, below, kh, sh, scratch(*block_size(block)), axis=1)
            over_windows = _along(ufunc, over_rows, kw, sw, y[block], axis=2)
            if divisor is not None:
                over_windows /= divisor[rows]

        return compute

    thread_pool.run(make_worker, _blocks(padded, geometry))
    return y


def _along(ufunc: np.ufunc, a: Array, kernel: int, stride: int, out: Array, axis: int) -> Array:
    """Fill out with ``ufunc`` over windows of ``kernel`` numbers along one axis of a."""
    last = stride * (out.shape[axis] - 1) + 1
    first, *others = (
        a[(slice(None),) * axis + (slice(i, i + last, stride),)] for i in range(kernel)
    )
    if not others:
        out[...] = first
    for index, other in enumerate(others):
        ufunc(out if index else first, other, out=out)
    return out


def _fill_without_ties(
    padded: Array, dx: Array, largest: Array, dy: Array, geometry: Geometry, block: Block
) -> bool:
    """Fill the block of dx, all places of the kernel at once, unless two pixels won one window.

    Returns whether it was filled.
    """
    bits = f"i{dy.itemsize}"
    winners = _side_by_side(padded, geometry, block) == largest[:, :, None, :, None]
    if np.count_nonzero(winners) > np.count_nonzero(largest == largest):
        return False
    grads = dy[block].view(bits)[:, :, None, :, None]
    np.multiply(grads, winners, out=_side_by_side(dx, geometry, block).view(bits))
    return True


def _new_gradient(dy: Array, shape: Shape, geometry: Geometry) -> tuple[Array, bool]:
    """Memory for dx (N, H, W, C) of ``shape``, and whether windows stand side by side.

    If so, each pixel under them is to be assigned, and the others are zero already; if not, all are
    zero and to be added to.
    """
    dx, tiled = memory_pool.empty(shape, dy.dtype), geometry.kernel == geometry.stride
    (oh, ow), (sh, sw) = geometry.out, geometry.stride
    dx[:, oh * sh if tiled else 0 :] = 0
    dx[:, :, ow * sw if tiled else 0 :] = 0
    return dx, tiled


def _views(a: Array, geometry: Geometry, block: Block) -> Iterator[Array]:
    """The pixels of a (N, H, W, C) under each place of the kernel, for the windows of a block."""
    images, rows = block
    out = block_size(block)[1], geometry.out[1]
    below = a[images, geometry.stride[0] * rows.start :]
    for _, _, view in shifted_views(below, geometry.kernel, geometry.stride, out):
        yield view


def _side_by_side(a: Array, geometry: Geometry, block: Block) -> Array:
    """The pixels of a (N, H, W, C) under windows that do not overlap: (n, rows, kh, OW, kw, C)."""
    (images, rows), (kh, kw), ow = block, geometry.kernel, geometry.out[1]
    pixels = a[images, kh * rows.start : kh * rows.stop, : kw * ow]
    return pixels.reshape(*block_size(block), kh, ow, kw, a.shape[3])


def _blocks(padded: Array, geometry: Geometry, whole_images: bool = False) -> tuple[Block, ...]:
    """Blocks (images, rows of windows); of whole images if windows share rows of the result."""
    n, _, w, c = padded.shape
    oh, bytes_per_row = geometry.out[0], geometry.stride[0] * w * c * padded.itemsize
    return blocks(n, oh, bytes_per_row, get_tuning().block_bytes, oh if whole_images else 1)


def _border(shape: Shape, geometry: Geometry) -> Border:
    """((top, bottom), (left, right)) pixels to add: the padding, and as far as windows reach."""
    kernel, stride, padding, _, out, _ = geometry
    reach = [(o - 1) * s + k for k, s, o in zip(kernel, stride, out, strict=True)]
    rows, columns = (
        (p, max(0, r - p - size)) for p, r, size in zip(padding, reach, shape[2:], strict=True)
    )
    return rows, columns


def _without_border(dx: Array, shape: Shape, border: Border) -> Array:
    (top, _), (left, _) = border
    h, w = shape[2:]
    return dx[:, top : top + h, left : left + w].transpose(0, 3, 1, 2)
