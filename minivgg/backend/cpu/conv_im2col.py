"""Convolution by im2col on the CPU.

A block's windows become the rows of a matrix, and all outputs of the block are one product:

    y  = cols · Fᵀ + b         cols (rows, kh·kw·C), Fᵀ (kh·kw·C, O): the filters
    dF = Σ dyᵀ · cols          over blocks, in a fixed order
    dx = col2im(dy · F)

Any kernel, stride, padding, dilation and number of groups, both dtypes. The matrix exists for one
block at a time; ``textbook/im2col.py`` has the same formulas for the whole batch at once.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided

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
from minivgg.backend.cpu.windows import by_group, shifted_views
from minivgg.backend.geometry import Geometry
from minivgg.backend.tuning import Tuning, get_tuning
from minivgg.backend.types import Array, Shape


def forward(x: Array, w: Array, b: Array | None, geometry: Geometry, relu: bool, y: Array) -> None:
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) and w (kh, kw, C/groups, O).

    b: (O,) or None. relu: whether to take max(y, 0).
    """
    o, filters = w.shape[3], filter_matrix(w, geometry.groups)
    groups, _, group_filters = filters.shape
    all_blocks = _blocks(x, geometry, get_tuning())

    def make_worker() -> Callable[[Block], None]:
        gather = _make_gather(x, geometry, max_block_size(all_blocks))
        zeros = np.zeros(geometry.out[1] * o, x.dtype)
        biases = None if b is None else np.resize(b, zeros.size)

        def compute(block: Block) -> None:
            target = y[block].reshape(-1, o)  # rows of y follow each other in memory: no copy
            by_groups = target.reshape(-1, groups, group_filters).transpose(1, 0, 2)
            np.matmul(gather(block), filters, out=by_groups)
            lines = target.reshape(-1, zeros.size)
            if biases is not None:
                np.add(lines, biases, out=lines)
            if relu:
                np.maximum(lines, zeros, out=lines)

        return compute

    thread_pool.run(make_worker, all_blocks)


def weight_grad(x: Array, dy: Array, w_shape: Shape, geometry: Geometry) -> tuple[Array, Array]:
    """dw (kh, kw, C/groups, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O)."""
    groups, o = geometry.groups, w_shape[3]
    shape = (groups, o // groups, prod(w_shape[:3]))
    tuning = get_tuning()
    all_blocks = _blocks(x, geometry, tuning)
    sums = accumulator_groups(all_blocks, prod(shape) * x.itemsize, tuning)
    dw = memory_pool.empty((len(sums), *shape), x.dtype)
    db = np.zeros((len(sums), o), x.dtype)

    def make_worker() -> Callable[[NumberedBlocks], None]:
        gather = _make_gather(x, geometry, max_block_size(all_blocks))
        product = memory_pool.empty(shape, x.dtype)

        def add_up(numbered_blocks: NumberedBlocks) -> None:
            index, my_blocks = numbered_blocks
            for position, block in enumerate(my_blocks):
                pixels = dy[block].reshape(-1, o)
                grads = pixels.reshape(-1, groups, o // groups).transpose(1, 2, 0)
                np.matmul(grads, gather(block), out=product if position else dw[index])
                if position:
                    dw[index] += product
                db[index] += np.ones(len(pixels), x.dtype) @ pixels

        return add_up

    thread_pool.run(make_worker, sums)
    total = sum_in_order(dw)  # zeros without images
    return total.reshape(o, *w_shape[:3]).transpose(1, 2, 3, 0), db.sum(axis=0)


def input_grad(dy: Array, w: Array, geometry: Geometry, dx: Array) -> None:
    """Fill dx (N, H, W, C) from dy (N, OH, OW, O) and w (kh, kw, C/groups, O), by col2im.

    Images side by side; within one image block after block, since windows overlap.
    """
    (n, h, width, c), o, groups = dx.shape, w.shape[3], geometry.groups
    filters = filter_matrix(w, groups).transpose(0, 2, 1)
    kernel, stride, (ph, pw), _, (oh, ow), dilation = geometry
    tuning, bytes_per_row = get_tuning(), ow * prod(kernel) * c * dx.itemsize
    row_blocks = blocks(1, oh, bytes_per_row, tuning.block_bytes, _min_rows(ow, tuning))

    def make_worker() -> Callable[[int], None]:
        padded = memory_pool.empty((1, *geometry.padded_size(h, width), c), dx.dtype)

        def compute(index: int) -> None:
            padded[:] = 0
            for block in row_blocks:
                rows, (_, q) = block[1], block_size(block)
                grads = dy[index, rows].reshape(-1, groups, o // groups).transpose(1, 0, 2)
                shape = (groups, 1, q, ow, *kernel, c // groups)
                cols = np.matmul(grads, filters).reshape(shape)
                seen = padded[:, stride[0] * rows.start :]
                for i, j, view in shifted_views(seen, kernel, stride, (q, ow), dilation):
                    pixels = by_group(view, groups)
                    pixels += cols[:, :, :, :, i, j]
            dx[index] = padded[0, ph : ph + h, pw : pw + width]

        return compute

    thread_pool.run(make_worker, range(n))


def filter_matrix(w: Array, groups: int) -> Array:
    """w (kh, kw, C/groups, O) -> (groups, kh·kw·C/groups, O/groups), in the order of im2col."""
    o = w.shape[3]
    return w.reshape(-1, groups, o // groups).transpose(1, 0, 2)


def _make_gather(
    x: Array, geometry: Geometry, max_size: tuple[int, int]
) -> Callable[[Block], Array]:
    """For one thread: block -> its windows as rows, (groups, rows, kh·kw·C/groups)."""
    (kh, kw), (sh, sw), padding, groups, (_, ow), (dh, dw) = geometry
    c, rows, columns = x.shape[3], dh * (kh - 1) + 1, dw * (kw - 1) + 1  # geometry.window
    reader = PaddedRowReader(x, max_size, rows, sh, *padding, width=sw * (ow - 1) + columns)
    row_numbers = ow * kh * kw * c
    buffer = memory_pool.empty((prod(max_size) * row_numbers,), x.dtype)

    def gather(block: Block) -> Array:
        padded = reader.read(block)
        image, row, pixel, channel = padded.strides
        n, q = block_size(block)
        cols = buffer[: n * q * row_numbers]
        if groups == dw == 1:  # channels of neighbouring pixels are contiguous: kw·C at a time
            strides = image, sh * row, sw * pixel, dh * row, channel
            shape = n, q, ow, kh, kw * c
            cols.reshape(shape)[...] = as_strided(padded, shape, strides)
        else:
            window_strides = image, sh * row, sw * pixel, dh * row, dw * pixel, channel
            windows = as_strided(padded, (n, q, ow, kh, kw, c), window_strides)
            windows = windows.reshape(n, q, ow, kh, kw, groups, c // groups)
            by_groups = cols.reshape(groups, n, q, ow, kh, kw, c // groups)
            by_groups[...] = windows.transpose(5, 0, 1, 2, 3, 4, 6)
        return cols.reshape(groups, n * q * ow, kh * kw * (c // groups))

    return gather


def _blocks(x: Array, geometry: Geometry, tuning: Tuning) -> tuple[Block, ...]:
    n, _, _, c = x.shape
    oh, ow = geometry.out
    bytes_per_row = ow * prod(geometry.kernel) * c * x.itemsize
    return blocks(n, oh, bytes_per_row, tuning.block_bytes, _min_rows(ow, tuning))


def _min_rows(columns: int, tuning: Tuning) -> int:
    """Rows of outputs that make a matrix of ``min_im2col_rows`` rows."""
    return -(-tuning.min_im2col_rows // columns)
