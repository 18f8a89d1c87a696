"""im2col on the CPU for images of few channels, such as the first layer of a net sees.

The runs of numbers that im2col copies are short there, 9 numbers at a time for a 3×3×3 window, and
copying short runs is slow. So the matrix is transposed: a row for each place (i, j, c) of the
window, holding what all windows see there, which is the plane c of the image, shifted by (i, j),
and is copied in rows of the image. One more row, of ones, is for the bias:

    y        = colsᵀ · [W; b]        cols (kh·kw·C + 1, rows), [W; b] (kh·kw·C + 1, O)
    [dW; db] = Σ cols · dy           over blocks, in a fixed order
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
from minivgg.backend.geometry import Geometry
from minivgg.backend.tuning import Tuning, get_tuning
from minivgg.backend.types import Array, Shape


def supports(x: Array, geometry: Geometry) -> bool:
    """Whether images x (N, C, H, W) have so few channels that this is the better im2col."""
    return x.shape[1] <= get_tuning().max_few_channels and geometry.groups == 1


def forward(x: Array, w: Array, b: Array | None, geometry: Geometry, relu: bool, y: Array) -> None:
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) and w (kh, kw, C, O).

    b: (O,) or None. relu: whether to take max(y, 0).
    """
    o = w.shape[3]
    biases = np.zeros((1, o), x.dtype) if b is None else b
    filters = np.vstack([w.reshape(-1, o), biases])
    all_blocks = _blocks(x, o, geometry, get_tuning())

    def make_worker() -> Callable[[Block], None]:
        gather = _make_gather(x, geometry, o, max_block_size(all_blocks))
        zeros = np.zeros(geometry.out[1] * o, x.dtype)

        def compute(block: Block) -> None:
            cols, target = gather(block), y[block]
            np.matmul(cols.transpose(0, 2, 1), filters, out=target.reshape(len(cols), -1, o))
            if relu:
                lines = target.reshape(-1, zeros.size)
                np.maximum(lines, zeros, out=lines)

        return compute

    thread_pool.run(make_worker, all_blocks)


def weight_grad(x: Array, dy: Array, w_shape: Shape, geometry: Geometry) -> tuple[Array, Array]:
    """dw (kh, kw, C, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O)."""
    o, places = w_shape[3], prod(w_shape[:3]) + 1
    tuning = get_tuning()
    all_blocks = _blocks(x, o, geometry, tuning)
    sums = accumulator_groups(all_blocks, places * o * x.itemsize, tuning)
    totals = np.zeros((len(sums), places, o), x.dtype)

    def make_worker() -> Callable[[NumberedBlocks], None]:
        gather = _make_gather(x, geometry, o, max_block_size(all_blocks))

        def add_up(numbered_blocks: NumberedBlocks) -> None:
            index, my_blocks = numbered_blocks
            for block in my_blocks:
                cols = gather(block)
                grads = dy[block].reshape(len(cols), -1, o)
                totals[index] += np.matmul(cols, grads).sum(axis=0)

        return add_up

    thread_pool.run(make_worker, sums)
    total = sum_in_order(totals)
    return total[:-1].reshape(w_shape), total[-1].copy()


def _make_gather(
    x: Array, geometry: Geometry, o: int, max_size: tuple[int, int]
) -> Callable[[Block], Array]:
    """For one thread: block -> its matrix, (pieces, kh·kw·C + 1, rows), for small products."""
    (kh, kw), (sh, sw), padding, _, (_, ow), (dh, dw) = geometry
    c = x.shape[3]
    height, width = dh * (kh - 1) + 1, sw * (ow - 1) + dw * (kw - 1) + 1  # of one window, of a row
    reader = PaddedRowReader(x, max_size, height, sh, *padding, width=width, in_planes=True)
    image, row, pixel, plane = reader.padded.strides
    places = kh * kw * c
    buffer = memory_pool.empty((prod(max_size) * ow * (places + 1),), x.dtype)
    max_rows = max(1, get_tuning().max_unpacked_multiplications // (places * o * ow))

    def gather(block: Block) -> Array:
        reader.read(block)
        n, q = block_size(block)
        # rows of the image in one piece: pieces are equal, so their number divides that of rows
        rows = next(rows for rows in range(min(q, max_rows), 0, -1) if q % rows == 0)
        pieces = q // rows
        cols = buffer[: n * q * ow * (places + 1)].reshape(n * pieces, places + 1, rows * ow)
        shape = n, pieces, kh, kw, c, rows, ow
        strides = image, rows * sh * row, dh * row, dw * pixel, plane, sh * row, sw * pixel
        cols[:, :places].reshape(shape)[...] = as_strided(reader.padded, shape, strides)
        cols[:, places] = 1
        return cols

    return gather


def _blocks(x: Array, o: int, geometry: Geometry, tuning: Tuning) -> tuple[Block, ...]:
    (oh, ow), c = geometry.out, x.shape[3]
    bytes_per_row = ow * (prod(geometry.kernel) * c + o) * x.itemsize
    return blocks(x.shape[0], oh, bytes_per_row, tuning.block_bytes)
