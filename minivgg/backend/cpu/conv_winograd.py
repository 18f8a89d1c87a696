"""Winograd's convolution on the CPU, F(4×4, 3×3) and F(2×2, 3×3): 3×3 filters at stride 1.

A tile of m×m outputs sees (m+2)×(m+2) pixels d. With three small fixed matrices B, G and A (Lavin &
Gray 2015)

    y = Aᵀ [ (G w Gᵀ) ⊙ (Bᵀ d B) ] A

and the sum over input channels moves inside the bracket: for each of the (m+2)² positions it is a
product of matrices, tiles × C by C × O. That is 36 multiplications for 16 outputs instead of
9·16 = 144, a quarter (m = 4), or 16 for 4 instead of 36 (m = 2). Backward uses the same matrices:
dx is a convolution of dy with the filters rotated by 180°, dw = Gᵀ [ Σ (Bᵀ d B) ⊙ (A dy Aᵀ) ] G.

A transform multiplies rows first, then columns: each is a product with a 6×6 or 4×6 matrix, which
BLAS computes without packing and which also moves tiles in and out of the image, so nothing is
copied for its own sake.

A transform mixes all pixels of a tile, so one NaN or infinity in it makes every result of the tile
NaN or infinite, also those whose window does not hold it: 0 · NaN and 0 · ∞ are NaN. It is in the
products of all positions and all output channels, and one in a filter in the products of all tiles.
So it is looked for in one channel of each block and in one tile, and the caller computes the images
of such blocks by im2col. Here the last position is looked at, which is still in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from math import isfinite, prod
from typing import NamedTuple, TypeAlias

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import (
    Block,
    NumberedBlocks,
    accumulator_groups,
    block_size,
    blocks,
    chunks,
    max_block_size,
    subdivide,
)
from minivgg.backend.cpu.elementwise import sum_in_order, where_positive
from minivgg.backend.cpu.padded_rows import PaddedRowReader
from minivgg.backend.tuning import Tuning, get_tuning
from minivgg.backend.types import Array
from minivgg.backend.winograd import Tiling, bias_position, filter_transform_kron, matrices

SmallerBlock: TypeAlias = tuple[Block, slice]  # a block, and its rows: see ``subdivide``
Transform: TypeAlias = Callable[[Block], None]
Plan: TypeAlias = Callable[[int, int, Array], Transform]  # (images, rows of tiles, tiles)

PANEL_WIDTHS = (64, 32, 16)  # output channels, the widest that fits
MAX_WIDE_PANEL = 1 << 13  # numbers in a panel of 64 channels that stays in the L1 cache
PANEL_TILES = 50  # so many rows, one for each tile, are multiplied by a panel without packing


class Output(NamedTuple):
    """Where a convolution's results go, and what is done to them while they are in the cache.

    Parameters
    ----------
    y : array of shape (N, OH, OW, O)
        It is filled; (N, OH//2, OW//2, O) with ``pool``.
    b : array of shape (O,), optional
        Biases to add.
    relu : bool
        Whether to take max(y, 0).
    pool : bool
        Whether to take the largest of each 2×2 pixels.
    relu_output : array like y, optional
        y is 0 where it is not positive; not with ``pool``.
    """

    y: Array
    b: Array | None = None
    relu: bool = False
    pool: bool = False
    relu_output: Array | None = None


@lru_cache(maxsize=256)
def panel_width(tiles: int, c: int, o: int, tuning: Tuning) -> int:
    """How many of the O output channels of the transformed filters lie in a panel.

    All of them where a product has many rows, one for each tile: then OpenBLAS packs its factors,
    which is soon made up for. Else see ``_make_product``; all, too, if panels would not be equal.
    """
    if c * o >= tuning.min_shared_filters and tiles >= PANEL_TILES:
        return o
    widths = PANEL_WIDTHS if c * PANEL_WIDTHS[0] <= MAX_WIDE_PANEL else PANEL_WIDTHS[1:]
    most = tuning.max_unpacked_multiplications // (PANEL_TILES * c)
    width = next((w for w in widths if w <= most), PANEL_WIDTHS[-1])
    return width if o % width == 0 else o


def filter_transform(w: Array, m: int, width: int, lasting: bool = False) -> Array:
    """w (3, 3, C, O) -> G w Gᵀ for each pair of channels: ((m+2)², O/width, C, width).

    width: of a panel, see ``panel_width``. lasting: the result will be cached, so it gets memory of
    its own.
    """
    (_, _, c, o), tuning = w.shape, get_tuning()
    panels = memory_pool.empty((9, o // width, c, width), w.dtype)
    by_panel = w.reshape(9, c, o // width, width).transpose(0, 2, 1, 3)
    thread_pool.for_each(
        lambda places: np.copyto(panels[places], by_panel[places]),
        chunks(9, max(1, tuning.min_parallel_copy_numbers // (c * o))),
    )
    positions = (m + 2) ** 2
    u = (np.empty if lasting else memory_pool.empty)((positions, c * o), w.dtype)
    _transform_columns(filter_transform_kron(m, w.dtype), panels.reshape(9, c * o), u)
    return u.reshape(positions, *panels.shape[1:])


def forward(x: Array, u: Array, tiling: Tiling, output: Output) -> list[slice]:
    """Fill the output with the convolution of x (N, H, W, C) and the transformed filters u.

    Returns slices of the images that have a block with a NaN or an infinity in x or in the filters,
    where y is not right.
    """
    n, c, o, tuning = x.shape[0], x.shape[3], output.y.shape[3], get_tuning()
    bytes_per_row = _bytes_per_tile_row(x, o, tiling)
    if c * o < tuning.min_shared_filters:
        all_blocks = blocks(n, tiling.rows, bytes_per_row, tuning.block_bytes)
        return _forward_by_block(x, u, tiling, output, all_blocks)
    not_finite = []
    for block in blocks(n, tiling.rows, bytes_per_row, tuning.shared_tile_bytes):
        smaller = [*subdivide(block, bytes_per_row, tuning.block_bytes)]
        if not _forward_shared(x, u, tiling, output, block, smaller):
            not_finite.append(block[0])
    return _joined(not_finite) if not_finite else []


def _forward_by_block(
    x: Array, u: Array, tiling: Tiling, output: Output, all_blocks: Sequence[Block]
) -> list[slice]:
    """Each thread takes its blocks through all three steps. Returns what ``forward`` does."""
    positions, c, o = u.shape[0], x.shape[3], output.y.shape[3]
    not_finite: list[slice] = []

    def make_worker() -> Callable[[Block], None]:
        max_size = max_block_size(all_blocks)
        plan_input = _plan_input_transform(x, tiling, max_size)
        plan_output = _plan_output_transform(output, tiling, max_size)
        numbers = positions * prod(max_size) * tiling.columns
        v_memory = memory_pool.empty((numbers * c,), x.dtype)
        p_memory = memory_pool.empty((numbers * o,), x.dtype)

        @cache
        def steps(n: int, q: int) -> tuple[Transform, Callable[[], None], Transform, Array]:
            tiles = n * q * tiling.columns
            v = v_memory[: positions * tiles * c].reshape(positions, tiles, c)
            p = p_memory[: positions * tiles * o].reshape(positions, tiles, o)
            return plan_input(n, q, v), _make_product(v, u, p), plan_output(n, q, p), p[-1]

        def compute(block: Block) -> None:
            input_transform, multiply, output_transform, products = steps(*block_size(block))
            input_transform(block)
            multiply()
            channel, tile = products[:, 0], products[0]  # NaN and infinity of x, and of the filters
            if not isfinite(np.dot(channel, channel)):
                not_finite.append(block[0])
            if block is all_blocks[0] and not isfinite(np.dot(tile, tile)):
                not_finite.extend(images for images, _ in all_blocks)
            output_transform(block)

        return compute

    with np.errstate(invalid="ignore"):  # ∞ · 0 here; im2col says what is wrong with the numbers
        thread_pool.run(make_worker, all_blocks)
    return _joined(not_finite) if not_finite else []


def _forward_shared(
    x: Array,
    u: Array,
    tiling: Tiling,
    output: Output,
    block: Block,
    smaller: Sequence[SmallerBlock],
) -> bool:
    """One step after the other for many tiles, while threads share the products.

    So each of the large matrices of u is read only once. Returns whether the products are finite.
    """
    positions, c, o = u.shape[0], x.shape[3], output.y.shape[3]
    tiles = prod(block_size(block)) * tiling.columns
    v = memory_pool.empty((positions, tiles, c), x.dtype)
    p = memory_pool.empty((positions, tiles, o), x.dtype)
    by_panel = p.reshape(positions, tiles, u.shape[1], u.shape[3]).swapaxes(1, 2)
    max_size = max_block_size([block for block, _ in smaller])
    with np.errstate(invalid="ignore"):
        _transform_blocks(smaller, tiling, lambda: _plan_input_transform(x, tiling, max_size), v)
        thread_pool.for_each(lambda k: np.matmul(v[k], u[k], out=by_panel[k]), range(positions))
        is_finite = _is_finite(p[-1, :, 0]) and _is_finite(p[-1, 0])
        _transform_blocks(
            smaller, tiling, lambda: _plan_output_transform(output, tiling, max_size), p
        )
    return is_finite


def weight_grad(x: Array, dy: Array, tiling: Tiling) -> tuple[Array, Array] | None:
    """dw (3, 3, C, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O).

    dw = Gᵀ [ Σ over tiles (Bᵀ d B)ᵀ (A dy Aᵀ) ] G. None if a number of x or dy is not finite.
    """
    c, o, positions = x.shape[3], dy.shape[3], (tiling.m + 2) ** 2
    shared = c * o >= get_tuning().min_shared_sum_filters
    with np.errstate(invalid="ignore"):
        total, db = (_sum_shared if shared else _sum_by_block)(x, dy, tiling)
        if not (_is_finite(total[-1, :, 0]) and _is_finite(total[-1, 0])):
            return None
        dw = memory_pool.empty((3, 3, c, o), x.dtype)
        kron = filter_transform_kron(tiling.m, x.dtype)
        _transform_columns(kron.T, total.reshape(positions, c * o), dw.reshape(9, c * o))
    return dw, db


def _sum_by_block(x: Array, dy: Array, tiling: Tiling) -> tuple[Array, Array]:
    """Σ (Bᵀ d B)ᵀ (A dy Aᵀ) over all tiles, (positions, C, O), and Σ dy, by partial sums."""
    n, c, o, positions = x.shape[0], x.shape[3], dy.shape[3], (tiling.m + 2) ** 2
    tuning, bytes_per_row = get_tuning(), _bytes_per_tile_row(x, o, tiling)
    all_blocks = blocks(n, tiling.rows, bytes_per_row, tuning.block_bytes)
    sums = accumulator_groups(all_blocks, positions * c * o * x.itemsize, tuning)
    totals = memory_pool.empty((len(sums), positions, c, o), x.dtype)
    db = np.zeros((len(sums), o), x.dtype)

    def make_worker() -> Callable[[NumberedBlocks], None]:
        max_size = max_block_size(all_blocks)
        plan_input = _plan_input_transform(x, tiling, max_size)
        plan_gradient = _plan_input_transform(dy, tiling, max_size, of_gradient=True)
        max_tiles = prod(max_size) * tiling.columns
        v_memory = memory_pool.empty((positions * max_tiles * c,), x.dtype)
        e_memory = memory_pool.empty((positions * max_tiles * o,), x.dtype)
        product = memory_pool.empty((positions, c, o), x.dtype)
        ones = np.ones(max_tiles, x.dtype)

        @cache
        def steps(n: int, q: int) -> tuple[Transform, Transform, Array, Array]:
            tiles = n * q * tiling.columns
            v = v_memory[: positions * tiles * c].reshape(positions, tiles, c)
            e = e_memory[: positions * tiles * o].reshape(positions, tiles, o)
            return plan_input(n, q, v), plan_gradient(n, q, e), v.transpose(0, 2, 1), e

        def add_up(numbered_blocks: NumberedBlocks) -> None:
            index, my_blocks = numbered_blocks
            total = totals[index]
            for position, block in enumerate(my_blocks):
                transform, transform_gradient, v, e = steps(*block_size(block))
                transform(block)
                transform_gradient(block)
                np.matmul(v, e, out=product if position else total)
                if position:
                    np.add(total, product, out=total)
                db[index] += ones[: e.shape[1]] @ e[bias_position(tiling.m)]

        return add_up

    thread_pool.run(make_worker, sums)
    return sum_in_order(totals), db.sum(axis=0)  # zeros without images


def _sum_shared(x: Array, dy: Array, tiling: Tiling) -> tuple[Array, Array]:
    """The same sums for many channels.

    First many tiles are transformed, then each thread adds up the products at some positions.
    """
    n, c, o, positions = x.shape[0], x.shape[3], dy.shape[3], (tiling.m + 2) ** 2
    tuning, bytes_per_row = get_tuning(), _bytes_per_tile_row(x, o, tiling)
    total, db = memory_pool.empty((positions, c, o), x.dtype), np.zeros(o, x.dtype)
    if not n:
        total[:] = 0
    all_blocks = blocks(n, tiling.rows, bytes_per_row, tuning.shared_tile_bytes)
    for index, block in enumerate(all_blocks):
        smaller = [*subdivide(block, bytes_per_row, tuning.block_bytes)]
        db += _add_shared(x, dy, tiling, block, smaller, total, first=index == 0)
    return total, db


def _add_shared(
    x: Array,
    dy: Array,
    tiling: Tiling,
    block: Block,
    smaller: Sequence[SmallerBlock],
    total: Array,
    first: bool,
) -> Array:
    """Add the products of many tiles to total (positions, C, O), or begin with them.

    Returns Σ dy over these tiles, (O,).
    """
    (positions, c, o), tiles = total.shape, prod(block_size(block)) * tiling.columns
    v = memory_pool.empty((positions, tiles, c), x.dtype)
    e = memory_pool.empty((positions, tiles, o), x.dtype)
    max_size = max_block_size([block for block, _ in smaller])
    _transform_blocks(smaller, tiling, lambda: _plan_input_transform(x, tiling, max_size), v)
    _transform_blocks(
        smaller,
        tiling,
        lambda: _plan_input_transform(dy, tiling, max_size, of_gradient=True),
        e,
    )

    def add(k: int) -> None:
        if first:
            np.matmul(v[k].T, e[k], out=total[k])
        else:
            total[k] += v[k].T @ e[k]

    thread_pool.for_each(add, range(positions))
    return np.ones(tiles, x.dtype) @ e[bias_position(tiling.m)]


def _transform_blocks(
    smaller: Sequence[SmallerBlock], tiling: Tiling, make_plan: Callable[[], Plan], tiles: Array
) -> None:
    """Transform blocks, each from or to its own part of ``tiles`` (positions, tiles, ·).

    smaller: pairs (block, its rows of tiles), see ``subdivide``.
    """

    def make_worker() -> Callable[[SmallerBlock], None]:
        plan = make_plan()

        def transform(item: SmallerBlock) -> None:
            block, rows = item
            my_tiles = tiles[:, rows.start * tiling.columns : rows.stop * tiling.columns]
            plan(*block_size(block), my_tiles)(block)

        return transform

    thread_pool.run(make_worker, smaller)


def _transform_columns(matrix: Array, columns: Array, out: Array) -> None:
    """Fill out with matrix · columns (k·k, L), in products that need no packing."""
    width = get_tuning().max_unpacked_multiplications // matrix.size
    thread_pool.for_each(
        lambda chunk: np.matmul(matrix, columns[:, chunk], out=out[:, chunk]),
        chunks(columns.shape[1], width),
    )


def _bytes_per_tile_row(x: Array, o: int, tiling: Tiling) -> int:
    """Bytes of a row of tiles: transformed, C channels, and multiplied, O channels."""
    return (tiling.m + 2) ** 2 * tiling.columns * (x.shape[3] + o) * x.itemsize


def _make_product(v: Array, u: Array, p: Array) -> Callable[[], None]:
    """A function that multiplies v (..., tiles, C) and u (..., panels, C, O/panels) into p.

    p: (..., tiles, O). OpenBLAS packs the factors of a large product into panels first, anew for
    each product. These filters lie in panels already, and products of one panel with a few tiles
    are small enough for OpenBLAS not to pack.
    """
    (*positions, tiles, c), (panels, _, width) = v.shape, u.shape[-3:]
    by_panel = p.reshape(*positions, tiles, panels, width).swapaxes(-3, -2)
    products = [
        (v[..., None, few, :], by_panel[..., few, :])
        for few in chunks(tiles, get_tuning().max_unpacked_multiplications // (c * width))
    ]

    def multiply() -> None:
        for few_tiles, out in products:
            np.matmul(few_tiles, u, out=out)

    return multiply


def _is_finite(numbers: Array) -> bool:
    """Whether a vector has no NaN and no infinity (nor numbers whose squares are too large)."""
    return isfinite(np.dot(numbers, numbers))


def _joined(images: list[slice]) -> list[slice]:
    """Slices of images, which may be equal, in order and each once."""
    return [slice(*ends) for ends in sorted({(s.start, s.stop) for s in images})]


# A plan belongs to one thread, whose scratch memory it has. Called with the size of a block,
# (images, rows of tiles), and the block's tiles, it returns the transform for blocks of that size,
# with all views of memory made: time in Python counts, since threads wait for each other there.


def _plan_input_transform(
    x: Array, tiling: Tiling, max_size: tuple[int, int], of_gradient: bool = False
) -> Plan:
    """The plan of d -> Bᵀ d B for the pixels d of x (N, H, W, C) that a tile sees.

    The transform fills a block's tiles ((m+2)², tiles, C). of_gradient: instead dy -> A dy Aᵀ for
    the m×m outputs of a tile.
    """
    a_t, b_t, _ = matrices(tiling.m, x.dtype)
    matrix = a_t.T if of_gradient else b_t
    k, size = matrix.shape  # positions and pixels along one side of a tile
    c, item = x.shape[3], x.itemsize
    width = tiling.m * (tiling.columns - 1) + size
    in_place = of_gradient and tiling.exact  # then a block's pixels lie as they are needed
    if not in_place:
        padding = (0, 0) if of_gradient else tiling.padding
        reader = PaddedRowReader(x, max_size, size, tiling.m, *padding, width)
    memory = memory_pool.empty((prod(max_size) * k * width * c,), x.dtype)
    row, pixel = width * c * item, c * item

    def plan(n: int, q: int, out: Array) -> Transform:
        windows = None if in_place else reader.windows(n, q)
        rows_done = memory[: n * q * k * width * c].reshape(n, q, k, width * c)
        strips = [
            (strip, rows_done[..., strip])
            for strip in chunks(width * c, get_tuning().max_unpacked_multiplications // (k * size))
        ]
        shape = n * q, k, tiling.columns, size, c
        strides = k * row, row, tiling.m * pixel, pixel, item
        columns = np.ndarray(shape, x.dtype, memory, 0, strides)
        tiles = out.reshape(k, k, n * q, tiling.columns, c).transpose(2, 0, 3, 1, 4)

        def transform(block: Block) -> None:
            images, rows = block
            if windows is None:  # in place
                pixels = x[images, size * rows.start : size * rows.stop]
                pixels = pixels.reshape(n, q, size, width * c)
            else:
                reader.read(block)
                pixels = windows
            for strip, done in strips:
                np.matmul(matrix, pixels[..., strip], out=done)
            np.matmul(matrix, columns, out=tiles)

        return transform

    return plan


def _plan_output_transform(output: Output, tiling: Tiling, max_size: tuple[int, int]) -> Plan:
    """The plan of p -> Aᵀ p A + b: a block's products ((m+2)², tiles, O) to the output."""
    y, b, relu, pool, relu_output = output
    matrix = matrices(tiling.m, y.dtype)[0]
    m, k = matrix.shape
    (_, _, ow, o), columns = y.shape, tiling.columns
    step = m // 2 if pool else m  # rows of y that a row of tiles fills
    max_rows = prod(max_size)
    memory = memory_pool.empty((max_rows * k * m * columns * o,), y.dtype)
    in_place = tiling.exact and not pool
    if not in_place:
        whole_tiles = memory_pool.empty((max_rows * m * columns * m * o,), y.dtype)
    if relu_output is not None:
        mask = memory_pool.empty((max_rows * m * ow * o,), bool)
    line_of_zeros = np.zeros((ow, o), y.dtype)  # NumPy is slow with a single zero

    def plan(n: int, q: int, products: Array) -> Transform:
        rows_done = memory[: n * q * k * m * columns * o].reshape(n * q, k, m, columns * o)
        by_rows = rows_done.transpose(1, 0, 2, 3)
        tile_rows = products.reshape(k, k, n * q, columns * o).transpose(1, 2, 0, 3)
        tile_columns = rows_done.reshape(n * q, k, m, columns, o).transpose(0, 2, 3, 1, 4)
        biased = products[bias_position(m)]

        def transform(block: Block) -> None:
            images, rows = block
            y_rows = slice(step * rows.start, step * rows.stop)
            target = y[images, y_rows]
            pixels = target if in_place else whole_tiles[: n * q * m * columns * m * o]
            if b is not None:
                np.add(biased, b, out=biased)
            np.matmul(matrix, tile_rows, out=by_rows)
            np.matmul(matrix, tile_columns, out=pixels.reshape(n * q, m, columns, m, o))
            if pool:
                _pool(pixels.reshape(n, q * step, 2, columns * step, 2, o), target)
            elif not in_place:
                pixels = pixels.reshape(n, q * m, columns * m, o)
                target[...] = pixels[:, : target.shape[1], :ow]
            if relu:
                np.maximum(target, line_of_zeros, out=target)
            if relu_output is not None:
                my_mask = mask[: target.size].reshape(target.shape)
                where_positive(relu_output[images, y_rows], target, target, my_mask)

        return transform

    return plan


def _pool(pixels: Array, target: Array) -> None:
    """Fill target (n, rows, columns, O) with the largest of each 2×2 pixels.

    pixels: (n, rows, 2, columns, 2, O), which is changed, and may have more rows and columns.
    """
    n, q, _, columns, _, o = pixels.shape
    lines = pixels.reshape(n, q, 2, columns * 2 * o)  # NumPy is fast on long rows
    rows = np.maximum(lines[:, :, 0], lines[:, :, 1], out=lines[:, :, 0])
    pairs = rows.reshape(n, q, columns, 2, o)[:, : target.shape[1], : target.shape[2]]
    np.maximum(pairs[..., 0, :], pairs[..., 1, :], out=target)
