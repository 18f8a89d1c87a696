"""Convolution by its definition on the CPU.

For each place of the kernel, the shifted image times the filters of that place is added up:

    y[p, q] = Σ_ij x[p·stride + i·dilation, q·stride + j·dilation] · W[i, j]

There is no matrix of windows. This suits 1×1 filters, where there is nothing to add, and filters
that see one channel each (depthwise), where the products are products of numbers. Any kernel,
stride, padding, dilation and number of groups, both dtypes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import (
    Block,
    NumberedBlocks,
    accumulator_groups,
    block_size,
    blocks,
    max_block_size,
)
from minivgg.backend.cpu.elementwise import sum_in_order
from minivgg.backend.cpu.padded_rows import PaddedRowReader
from minivgg.backend.cpu.windows import View, by_group, shifted_views
from minivgg.backend.geometry import Geometry
from minivgg.backend.tuning import Tuning, get_tuning
from minivgg.backend.types import Array, Shape


def forward(x: Array, w: Array, b: Array | None, geometry: Geometry, relu: bool, y: Array) -> None:
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) and w (kh, kw, C/groups, O).

    b: (O,) or None. relu: whether to take max(y, 0).
    """
    all_blocks = _blocks(x, y, geometry, get_tuning())

    def make_worker() -> Callable[[Block], None]:
        views = _make_views(x, geometry, max_block_size(all_blocks))
        row_numbers = geometry.out[1] * y.shape[3]
        product = memory_pool.empty((prod(max_block_size(all_blocks)) * row_numbers,), y.dtype)

        def compute(block: Block) -> None:
            target = y[block]
            term = product[: target.size].reshape(target.shape)
            for i, j, view in views(block):
                first = not (i or j)
                _multiply(view, w[i, j], geometry.groups, out=target if first else term)
                if not first:
                    np.add(target, term, out=target)
            if b is not None:
                np.add(target, b, out=target)
            if relu:
                np.maximum(target, 0, out=target)

        return compute

    thread_pool.run(make_worker, all_blocks)


def weight_grad(x: Array, dy: Array, w_shape: Shape, geometry: Geometry) -> tuple[Array, Array]:
    """dw (kh, kw, C/groups, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O).

    For each place of the kernel: the transposed shifted image times dy.
    """
    groups = geometry.groups
    tuning = get_tuning()
    all_blocks = _blocks(x, dy, geometry, tuning)
    sums = accumulator_groups(all_blocks, prod(w_shape) * x.itemsize, tuning)
    dw = memory_pool.empty((len(sums), *w_shape), x.dtype)
    db = np.zeros((len(sums), w_shape[3]), x.dtype)

    def make_worker() -> Callable[[NumberedBlocks], None]:
        views = _make_views(x, geometry, max_block_size(all_blocks))

        def add_up(numbered_blocks: NumberedBlocks) -> None:
            index, my_blocks = numbered_blocks
            dw[index] = 0
            for block in my_blocks:
                db[index] += dy[block].sum(axis=(0, 1, 2))
                grads = by_group(dy[block], groups)  # (groups, n, rows, OW, O/groups)
                grads = grads.reshape(groups, -1, grads.shape[-1])
                for i, j, view in views(block):
                    pixels = by_group(view, groups)
                    pixels = pixels.reshape(groups, -1, pixels.shape[-1])
                    products = np.matmul(pixels.transpose(0, 2, 1), grads)
                    dw[index, i, j] += _join_groups(products)

        return add_up

    thread_pool.run(make_worker, sums)
    return sum_in_order(dw), db.sum(axis=0)  # zeros without images


def input_grad(dy: Array, w: Array, geometry: Geometry, dx: Array) -> None:
    """Fill dx (N, H, W, C) from dy (N, OH, OW, O) and w (kh, kw, C/groups, O).

    For each place of the kernel dy · Wᵀ is added to the shifted image.
    """
    n, h, width, c = dx.shape
    kernel, stride, (ph, pw), groups, out, dilation = geometry

    def make_worker() -> Callable[[int], None]:
        padded = memory_pool.empty((1, *geometry.padded_size(h, width), c), dx.dtype)
        product = memory_pool.empty((1, *out, c), dx.dtype)

        def compute(index: int) -> None:
            padded[:] = 0
            for i, j, view in shifted_views(padded, kernel, stride, out, dilation):
                _multiply_transposed(dy[index : index + 1], w[i, j], groups, out=product)
                view += product
            dx[index] = padded[0, ph : ph + h, pw : pw + width]

        return compute

    thread_pool.run(make_worker, range(n))


def _multiply(view: Array, w: Array, groups: int, out: Array) -> None:
    """view (n, p, q, C) times w (C/groups, O), group by group -> out (n, p, q, O)."""
    if w.shape[0] == 1 and groups == w.shape[1]:  # depthwise: one number for each channel
        np.multiply(view, w[0], out=out)
    elif groups == 1:
        np.matmul(view, w, out=out)
    else:
        filters = _split_groups(w, groups)[:, None, None]
        np.matmul(by_group(view, groups), filters, out=by_group(out, groups))


def _multiply_transposed(grads: Array, w: Array, groups: int, out: Array) -> None:
    """grads (n, p, q, O) times wᵀ, group by group -> out (n, p, q, C)."""
    if w.shape[0] == 1 and groups == w.shape[1]:
        np.multiply(grads, w[0], out=out)
    else:
        filters = _split_groups(w, groups).transpose(0, 2, 1)[:, None, None]
        np.matmul(by_group(grads, groups), filters, out=by_group(out, groups))


def _split_groups(w: Array, groups: int) -> Array:
    """(C/groups, O) -> (groups, C/groups, O/groups)."""
    return w.reshape(w.shape[0], groups, -1).transpose(1, 0, 2)


def _join_groups(products: Array) -> Array:
    """(groups, C/groups, O/groups) -> (C/groups, O)."""
    return products.transpose(1, 0, 2).reshape(products.shape[1], -1)


def _make_views(
    x: Array, geometry: Geometry, max_size: tuple[int, int]
) -> Callable[[Block], Iterable[View]]:
    """For one thread: block -> (i, j, view (n, rows, OW, C)) for each place of the kernel."""
    (sh, sw), padding, (_, ow) = geometry.stride, geometry.padding, geometry.out
    rows, columns = geometry.window
    if geometry.is_pointwise:
        return lambda block: [(0, 0, x[block])]
    reader = PaddedRowReader(x, max_size, rows, sh, *padding, width=sw * (ow - 1) + columns)

    def views(block: Block) -> Iterable[View]:
        out = block_size(block)[1], ow
        padded = reader.read(block)
        return shifted_views(padded, geometry.kernel, geometry.stride, out, geometry.dilation)

    return views


def _blocks(x: Array, y: Array, geometry: Geometry, tuning: Tuning) -> tuple[Block, ...]:
    input_row, output_row = x.shape[2] * x.shape[3], y.shape[2] * y.shape[3]
    bytes_per_row = (input_row * geometry.stride[0] + 2 * output_row) * x.itemsize
    return blocks(x.shape[0], geometry.out[0], bytes_per_row, tuning.block_bytes)
