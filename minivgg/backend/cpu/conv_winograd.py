"""Floor 1: Winograd's convolution with 3×3 filters at stride 1: F(4×4, 3×3) and F(2×2, 3×3), on the CPU.

A tile of m×m outputs sees (m+2)×(m+2) pixels d. With three small fixed matrices B, G and A (Lavin & Gray 2015)

    y = Aᵀ [ (G w Gᵀ) ⊙ (Bᵀ d B) ] A

and the sum over input channels moves inside the bracket: for each of the (m+2)² places it is a product of matrices, tiles × C by
C × O. That is 36 multiplications for 16 outputs instead of 9·16 = 144, a quarter (m = 4), or 16 for 4 instead of 36 (m = 2).
Backward uses the same matrices: dx is a convolution of dy with the filters turned by 180°, dw = Gᵀ [ Σ (Bᵀ d B) ⊙ (A dy Aᵀ) ] G.

The two sides of a transform are taken one after the other, rows then columns: each is a product with a 6×6 or 4×6 matrix, which BLAS
runs without packing and which also moves tiles in and out of the image, so nothing is copied for its own sake.
"""

from functools import cache

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import (
    SMALL_PRODUCT,
    blocks,
    count,
    lanes,
    largest,
    length,
    parts,
    within,
)
from minivgg.backend.cpu.elementwise import add_up, where_positive
from minivgg.backend.cpu.padded_rows import Rows
from minivgg.backend.winograd import both_sides, matrices, ones

SHARED_BYTES = (
    32 << 20
)  # of tiles when all threads share them: what the cache that cores share holds
SHARE_FROM = (
    256 * 256
)  # C·O from which threads share the products: the transformed filters are then too large to be read by each
SHARE_SUMS_FROM = 128 * 256  # and for sums over tiles, where each lane would need a sum of its own
LITTLE = 1 << 16  # numbers that are copied sooner than a second thread can be called


def transform_filters(w, m, lasting=False):
    """w (3, 3, C, O) -> G w Gᵀ for each pair of channels: ((m+2)², panels, C, O/panels), see ``_multiplier``.

    lasting: the result will be kept, so it gets memory of its own.
    """
    _, _, c, o = w.shape
    width = _panel(c, o)
    panels = memory_pool.new(w, (9, o // width, c, width))
    by_panel = w.reshape(9, c, o // width, width).transpose(0, 2, 1, 3)
    thread_pool.for_each(
        lambda some: np.copyto(panels[some], by_panel[some]), parts(9, max(1, LITTLE // (c * o)))
    )
    places = (m + 2) ** 2
    u = np.empty((places, c * o), w.dtype) if lasting else memory_pool.new(w, (places, c * o))
    _apply(both_sides(m, w.dtype), panels.reshape(9, c * o), u)
    return u.reshape(places, *panels.shape[1:])


def forward(x, u, b, relu, t, y, gate=None):
    """Fill y (N, OH, OW, O): the convolution of x (N, H, W, C) with the transformed filters u, plus b or None, ReLU where asked for.

    gate: an array like y, or None; y is 0 where it is not positive.
    """
    (n, _, _, c), places, o = x.shape, u.shape[0], y.shape[3]
    per_row = places * t.columns * (c + o) * x.itemsize
    if c * o < SHARE_FROM:
        _forward_apart(x, u, b, relu, t, y, gate, blocks(n, t.rows, per_row))
        return
    for whole in blocks(n, t.rows, per_row, SHARED_BYTES):
        _forward_shared(x, u, b, relu, t, y, gate, whole, [*within(whole, per_row)])


def _forward_apart(x, u, b, relu, t, y, gate, mine):
    """Each thread takes its blocks through all three steps."""
    places, c, o = u.shape[0], x.shape[3], y.shape[3]

    def start():
        cutter, paster = _cutter(x, t, mine), _paster(y, b, relu, gate, t, mine)
        most = places * largest(mine)[2] * t.columns
        before, after = memory_pool.new(x, (most * c,)), memory_pool.new(x, (most * o,))

        @cache
        def steps(n, q):
            tiles = n * q * t.columns
            v, p = (
                before[: places * tiles * c].reshape(places, tiles, c),
                after[: places * tiles * o].reshape(places, tiles, o),
            )
            return cutter(n, q, v), _multiplier(v, u, p), paster(n, q, p)

        def block(part):
            cut, multiply, paste = steps(*map(length, part))
            cut(part)
            multiply()
            paste(part)

        return block

    thread_pool.run(start, mine)


def _forward_shared(x, u, b, relu, t, y, gate, whole, mine):
    """One step after the other for many tiles, threads sharing the products: each of the large matrices of u is read only once."""
    places, c, o = u.shape[0], x.shape[3], y.shape[3]
    tiles = count(whole) * t.columns
    v, p = memory_pool.new(x, (places, tiles, c)), memory_pool.new(x, (places, tiles, o))
    some = [part for part, _ in mine]
    _each_tile_row(mine, t, lambda: _cutter(x, t, some), v)
    thread_pool.for_each(lambda place: _multiplier(v[place], u[place], p[place])(), range(places))
    _each_tile_row(mine, t, lambda: _paster(y, b, relu, gate, t, some), p)


def filter_gradient(x, dy, t):
    """dw (3, 3, C, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O): dw = Gᵀ [ Σ over tiles ] G."""
    c, o, places = x.shape[3], dy.shape[3], (t.m + 2) ** 2
    per_row = places * t.columns * (c + o) * x.itemsize
    total, db = (_sum_shared if c * o >= SHARE_SUMS_FROM else _sum_in_lanes)(x, dy, t, per_row)
    dw = memory_pool.new(x, (3, 3, c, o))
    _apply(both_sides(t.m, x.dtype).T, total.reshape(places, c * o), dw.reshape(9, c * o))
    return dw, db


def _sum_in_lanes(x, dy, t, per_row):
    """Σ (Bᵀ d B)ᵀ (A dy Aᵀ) over all tiles, (places, C, O), and Σ dy: lanes of blocks add up their own, then lanes are added, in order."""
    c, o, places = x.shape[3], dy.shape[3], (t.m + 2) ** 2
    mine = blocks(x.shape[0], t.rows, per_row)
    dealt = lanes(mine, places * c * o * x.itemsize)
    totals, biases = (
        memory_pool.new(x, (len(dealt), places, c, o)),
        np.zeros((len(dealt), o), x.dtype),
    )

    def start():
        cutter, gradient_cutter = _cutter(x, t, mine), _cutter(dy, t, mine, of_outputs=True)
        most = largest(mine)[2] * t.columns
        before, after = (
            memory_pool.new(x, (places * most * c,)),
            memory_pool.new(x, (places * most * o,)),
        )
        product, line = memory_pool.new(x, (places, c, o)), np.ones(most, x.dtype)

        @cache
        def steps(n, q):
            tiles = n * q * t.columns
            d, g = (
                before[: places * tiles * c].reshape(places, tiles, c),
                after[: places * tiles * o].reshape(places, tiles, o),
            )
            return cutter(n, q, d), gradient_cutter(n, q, g), d.transpose(0, 2, 1), g

        def lane(item):
            number, some = item
            total = totals[number]
            for position, part in enumerate(some):
                cut, cut_gradient, d, g = steps(*map(length, part))
                cut(part)
                cut_gradient(part)
                np.matmul(d, g, out=product if position else total)
                if position:
                    np.add(total, product, out=total)
                biases[number] += line[: g.shape[1]] @ g[ones(t.m)]

        return lane

    thread_pool.run(start, dealt)
    return add_up(totals), biases.sum(axis=0)  # in order; zeros without images


def _sum_shared(x, dy, t, per_row):
    """The same for many channels: many tiles are transformed first, then each thread adds up some of the places."""
    c, o, places = x.shape[3], dy.shape[3], (t.m + 2) ** 2
    total, db = memory_pool.new(x, (places, c, o)), np.zeros(o, x.dtype)
    if not x.shape[0]:
        total[:] = 0
    for number, whole in enumerate(blocks(x.shape[0], t.rows, per_row, SHARED_BYTES)):
        db += _add_shared(x, dy, t, whole, [*within(whole, per_row)], total, first=number == 0)
    return total, db


def _add_shared(x, dy, t, whole, mine, total, first):
    """Add the products of many tiles to total (places, C, O), or begin with them. Returns Σ dy over these tiles, (O,)."""
    (places, c, o), tiles = total.shape, count(whole) * t.columns
    d, g = memory_pool.new(x, (places, tiles, c)), memory_pool.new(x, (places, tiles, o))
    some = [part for part, _ in mine]
    _each_tile_row(mine, t, lambda: _cutter(x, t, some), d)
    _each_tile_row(mine, t, lambda: _cutter(dy, t, some, of_outputs=True), g)

    def add(place):
        if first:
            np.matmul(d[place].T, g[place], out=total[place])
        else:
            total[place] += d[place].T @ g[place]

    thread_pool.for_each(add, range(places))
    return np.ones(tiles, x.dtype) @ g[ones(t.m)]


def _each_tile_row(mine, t, make, tiles):
    """Let ``make()``, a cutter or a paster, handle each block of ``mine`` with its own part of ``tiles`` (places, tiles, ·)."""

    def start():
        handler = make()

        def block(item):
            part, rows = item
            handler(*map(length, part), tiles[:, rows.start * t.columns : rows.stop * t.columns])(
                part
            )

        return block

    thread_pool.run(start, mine)


def _apply(both, flat, out):
    """Fill out with both · flat (k·k, L), a part of the columns at a time."""
    columns = parts(flat.shape[1], SMALL_PRODUCT // both.size)
    thread_pool.for_each(lambda part: np.matmul(both, flat[:, part], out=out[:, part]), columns)


def _panel(c, o):
    """How many output channels make a panel of the transformed filters (all of them, where they cannot be divided evenly)."""
    width = next((width for width in (64, 32, 16) if 50 * c * width <= SMALL_PRODUCT), 16)
    return width if o % width == 0 else o


def _multiplier(v, u, p):
    """A function that makes the products at some places: v (..., tiles, C) times u (..., panels, C, O/panels) -> p (..., tiles, O).

    OpenBLAS packs the factors of a large product into panels first, for each product anew. The filters lie in panels already, and
    products of one panel with a few tiles are small enough for it to go without packing.
    """
    (*places, tiles, c), (panels, _, width) = v.shape, u.shape[-3:]
    by_panel = p.reshape(*places, tiles, panels, width).swapaxes(-3, -2)
    products = [
        (v[..., None, few, :], by_panel[..., few, :])
        for few in parts(tiles, SMALL_PRODUCT // (c * width))
    ]

    def multiply():
        for some, out in products:
            np.matmul(some, u, out=out)

    return multiply


# A cutter or paster belongs to one thread. Called with the size of a block, (images, rows of tiles), and the block's tiles, it returns
# the function for blocks of that size, with all views of memory made: time in Python counts, since threads wait for each other there.


def _cutter(x, t, mine, of_outputs=False):
    """Transforms the tiles of a block of x (N, H, W, C): (n, q, out ((m+2)², tiles, C)) -> function of the block.

    d -> Bᵀ d B for the pixels that a tile sees; with ``of_outputs`` instead dy -> A dy Aᵀ for its m×m outputs.
    """
    a_t, b_t, _ = matrices(t.m, x.dtype)
    matrix = a_t.T if of_outputs else b_t
    k, side = matrix.shape
    c, item = x.shape[3], x.itemsize
    width = t.m * (t.columns - 1) + side
    in_place = of_outputs and _fits(t)  # then a block's pixels lie as they are needed
    fetcher = (
        None
        if in_place
        else Rows(x, mine, side, t.m, *((0, 0) if of_outputs else t.padding), width)
    )
    half = memory_pool.new(x, (largest(mine)[2] * k * width * c,))
    row, pixel = width * c * item, c * item

    def cutter(n, q, out):
        stacked = None if in_place else fetcher.stacked(n, q)
        rows_done = half[: n * q * k * width * c].reshape(n, q, k, width * c)
        strips = [
            (strip, rows_done[..., strip])
            for strip in parts(width * c, SMALL_PRODUCT // (k * side))
        ]
        windows = np.ndarray(
            (n * q, k, t.columns, side, c),
            x.dtype,
            half,
            0,
            (k * row, row, t.m * pixel, pixel, item),
        )
        tiles = out.reshape(k, k, n * q, t.columns, c).transpose(2, 0, 3, 1, 4)

        def cut(block):
            images, rows = block
            if in_place:
                seen = x[images, side * rows.start : side * rows.stop].reshape(
                    n, q, side, width * c
                )
            else:
                fetcher.fetch(block)
                seen = stacked
            for strip, done in strips:
                np.matmul(matrix, seen[..., strip], out=done)
            np.matmul(matrix, windows, out=tiles)

        return cut

    return cutter


def _fits(t):
    """Whether the map is tiled without remainder."""
    return t.out == (t.m * t.rows, t.m * t.columns)


def _paster(y, b, relu, gate, t, mine):
    """Turns a block's products into pixels of y (N, OH, OW, O), y = Aᵀ p A + b: (n, q, p ((m+2)², tiles, O)) -> function of the block."""
    matrix = matrices(t.m, y.dtype)[0]
    m, k = matrix.shape
    (oh, ow), o, most = t.out, y.shape[3], largest(mine)[2]
    fits = _fits(t)
    half = memory_pool.new(y, (most * k * m * t.columns * o,))
    whole = None if fits else memory_pool.new(y, (most * m * t.columns * m * o,))
    zeros = np.zeros(
        t.columns * m * o, y.dtype
    )  # a line of pixels: NumPy is fast on long rows only
    mask = None if gate is None else memory_pool.new(y, (most * m * ow * o,), bool)

    def paster(n, q, products):
        rows_done = half[: n * q * k * m * t.columns * o].reshape(n * q, k, m, t.columns * o)
        by_rows = rows_done.transpose(1, 0, 2, 3)
        stacked = products.reshape(k, k, n * q, t.columns * o).transpose(1, 2, 0, 3)
        columns = rows_done.reshape(n * q, k, m, t.columns, o).transpose(0, 2, 3, 1, 4)
        at_ones = products[ones(m)]

        def paste(block):
            images, rows = block
            first, last = m * rows.start, min(m * rows.stop, oh)
            target = y[images, first:last]
            pixels = target if fits else whole[: n * q * m * t.columns * m * o]
            if b is not None:
                np.add(at_ones, b, out=at_ones)
            np.matmul(matrix, stacked, out=by_rows)
            np.matmul(matrix, columns, out=pixels.reshape(n * q, m, t.columns, m, o))
            if relu:
                lines = pixels.reshape(n * q * m, zeros.size)
                np.maximum(lines, zeros, out=lines)
            if not fits:
                target[...] = pixels.reshape(n, q * m, t.columns * m, o)[:, : target.shape[1], :ow]
            if gate is not None:
                where_positive(
                    gate[images, first:last],
                    target,
                    target,
                    mask[: target.size].reshape(target.shape),
                )

        return paste

    return paster
