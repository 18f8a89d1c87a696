"""Floor 1: Winograd's convolution with 3×3 filters at stride 1: F(4×4, 3×3) and F(2×2, 3×3), on the CPU.

A tile of m×m outputs sees (m+2)×(m+2) pixels d. With three small fixed matrices B, G and A (Lavin & Gray 2015)

    y = Aᵀ [ (G w Gᵀ) ⊙ (Bᵀ d B) ] A

and the sum over input channels moves inside the bracket: for each of the (m+2)² places it is a product of matrices, tiles × C by
C × O. That is 36 multiplications for 16 outputs instead of 9·16 = 144, a quarter (m = 4), or 16 for 4 instead of 36 (m = 2).
Backward uses the same matrices: dx is a convolution of dy with the filters turned by 180°, dw = Gᵀ [ Σ (Bᵀ d B) ⊙ (A dy Aᵀ) ] G.

The two sides of a transform are taken one after the other, rows then columns: each is a product with a 6×6 or 4×6 matrix, which BLAS
runs without packing and which also moves tiles in and out of the image, so nothing is copied for its own sake.
"""

from math import prod
from functools import cache
from typing import NamedTuple

import numpy as np

from minivgg import memory, threads
from minivgg.kernels.blocks import Rows, blocks, count, lanes, largest, length, parts, within

SHARED_BYTES = 32 << 20  # of tiles when all threads share them: what the cache that cores share holds
SHARE_FROM = 256 * 256  # C·O from which threads share the products: the transformed filters are then too large to be read by each
SMALL_PRODUCT = 1_000_000  # multiplications up to which OpenBLAS computes without packing first

# The points at which polynomials are evaluated, by m; ∞ comes last. Two-sided products amplify rounding: among simple fractions
# these lose the fewest digits, a fifth of what the usual 0, ±1, ±2 lose for m = 4 (benchmarks/accuracy.py).
POINTS = {2: (0, 1, -1), 4: (0, 3 / 4, -3 / 4, 3 / 2, -3 / 2)}


@cache
def matrices(m, dtype):
    """(Aᵀ, Bᵀ, G) of F(m×m, 3×3): Aᵀ and G evaluate polynomials of m and 3 coefficients at the points, Bᵀ is the transposed inverse.

    Multiplying polynomials is evaluating both, multiplying the values and finding the polynomial through them (Toom and Cook). A
    convolution is the transpose of such a product, and so B and A change places. Source: Lavin & Gray 2015, §4.1.
    """

    def evaluate(coefficients):
        at_points = [[p**power for power in range(coefficients)] for p in POINTS[m]]
        return np.array([*at_points, [0.0] * (coefficients - 1) + [1.0]])  # at ∞ only the highest power counts

    exact = evaluate(m).T, np.linalg.inv(evaluate(m + 2)).T, evaluate(3)
    return tuple(np.ascontiguousarray(matrix, dtype) for matrix in exact)


class Tiling(NamedTuple):
    """How a map is cut: tiles of m×m outputs, ``rows``·``columns`` of them an image; the image's padding, the map's size ``out``."""

    m: int
    rows: int
    columns: int
    padding: tuple
    out: tuple


def tiling(shape, padding, m):
    """The ``Tiling`` of images of shape (N, C, H, W)."""
    out = tuple(side + 2 * p - 2 for side, p in zip(shape[2:], padding, strict=True))
    return Tiling(m, -(-out[0] // m), -(-out[1] // m), tuple(padding), out)


def transform_filters(w, m):
    """w (3, 3, C, O) -> G w Gᵀ for each pair of channels, ((m+2)², C, O)."""
    _, _, c, o = w.shape
    g = matrices(m, w.dtype)[2]
    return _apply_both_sides(g, w.reshape(9, c * o)).reshape(-1, c, o)


def forward(x, u, b, relu, t, y):
    """Fill y (N, OH, OW, O): the convolution of x (N, H, W, C) with the transformed filters u, plus b or None, ReLU where asked for."""
    (n, _, _, c), (places, _, o) = x.shape, u.shape
    per_row = places * t.columns * (c + o) * x.itemsize
    if c * o < SHARE_FROM:
        _forward_apart(x, u, b, relu, t, y, blocks(n, t.rows, per_row))
        return
    for whole in blocks(n, t.rows, per_row, SHARED_BYTES):
        _forward_shared(x, u, b, relu, t, y, whole, [*within(whole, per_row)])


def _forward_apart(x, u, b, relu, t, y, mine):
    """Each thread takes its blocks through all three steps."""
    places, c, o = u.shape

    def start():
        cut, paste = _cutter(x, t, mine), _paster(y, b, relu, t, mine)
        most = places * largest(mine)[2] * t.columns
        before, after = memory.new(x, (most * c,)), memory.new(x, (most * o,))

        def block(part):
            tiles = count(part) * t.columns
            v, p = before[: places * tiles * c].reshape(places, tiles, c), after[: places * tiles * o].reshape(places, tiles, o)
            cut(part, v)
            _multiply(v, u, p)
            paste(part, p)

        return block

    threads.run(start, mine)


def _forward_shared(x, u, b, relu, t, y, whole, mine):
    """One step after the other for many tiles, threads sharing the products: each of the large matrices of u is read only once."""
    places, c, o = u.shape
    tiles = count(whole) * t.columns
    v, p = memory.new(x, (places, tiles, c)), memory.new(x, (places, tiles, o))
    some = [part for part, _ in mine]
    _each_tile_row(mine, t, lambda: _cutter(x, t, some), v)
    threads.for_each(lambda place: _multiply(v[place], u[place], p[place]), range(places))
    _each_tile_row(mine, t, lambda: _paster(y, b, relu, t, some), p)


def filter_gradient(x, dy, t):
    """dw (3, 3, C, O) from x (N, H, W, C) and dy (N, OH, OW, O): Gᵀ [ Σ over tiles ] G."""
    c, o, places = x.shape[3], dy.shape[3], (t.m + 2) ** 2
    per_row = places * t.columns * (c + o) * x.itemsize
    total = _sum_shared(x, dy, t, per_row) if c * o >= SHARE_FROM else _sum_in_lanes(x, dy, t, per_row)
    g = matrices(t.m, x.dtype)[2]
    return _apply_both_sides(g.T, total.reshape(places, c * o)).reshape(3, 3, c, o)


def _sum_in_lanes(x, dy, t, per_row):
    """Σ (Bᵀ d B)ᵀ (A dy Aᵀ) over all tiles, (places, C, O): lanes of blocks add up their own, then the lanes are added, in order."""
    c, o, places = x.shape[3], dy.shape[3], (t.m + 2) ** 2
    mine = blocks(x.shape[0], t.rows, per_row)
    dealt = lanes(mine)
    totals = memory.new(x, (len(dealt), places, c, o))

    def start():
        cut, cut_gradient = _cutter(x, t, mine), _cutter(dy, t, mine, of_outputs=True)
        most = places * largest(mine)[2] * t.columns
        before, after = memory.new(x, (most * c,)), memory.new(x, (most * o,))
        product = memory.new(x, (places, c, o))

        def lane(item):
            number, some = item
            for position, part in enumerate(some):
                tiles = count(part) * t.columns
                d, g = before[: places * tiles * c].reshape(places, tiles, c), after[: places * tiles * o].reshape(places, tiles, o)
                cut(part, d)
                cut_gradient(part, g)
                np.matmul(d.transpose(0, 2, 1), g, out=product if position else totals[number])
                if position:
                    totals[number] += product

        return lane

    threads.run(start, dealt)
    return totals.sum(axis=0)  # in order; zeros without images


def _sum_shared(x, dy, t, per_row):
    """The same for many channels: many tiles are transformed first, then each thread adds up some of the places."""
    c, o, places = x.shape[3], dy.shape[3], (t.m + 2) ** 2
    total = memory.new(x, (places, c, o))
    if not x.shape[0]:
        total[:] = 0
    for number, whole in enumerate(blocks(x.shape[0], t.rows, per_row, SHARED_BYTES)):
        mine = [*within(whole, per_row)]
        some = [part for part, _ in mine]
        tiles = count(whole) * t.columns
        d, g = memory.new(x, (places, tiles, c)), memory.new(x, (places, tiles, o))
        _each_tile_row(mine, t, lambda some=some: _cutter(x, t, some), d)
        _each_tile_row(mine, t, lambda some=some: _cutter(dy, t, some, of_outputs=True), g)
        threads.for_each(_add_product, [(place, d, g, total, number == 0) for place in range(places)])
    return total


def _add_product(item):
    """total[place] += d[place]ᵀ · g[place], or = where it is the first."""
    place, d, g, total, first = item
    if first:
        np.matmul(d[place].T, g[place], out=total[place])
    else:
        total[place] += d[place].T @ g[place]


def _each_tile_row(mine, t, make, tiles):
    """Let ``make()``'s function, a cutter or a paster, handle each small block of ``mine`` with its own part of ``tiles`` (places, tiles, ·)."""

    def start():
        handle = make()
        return lambda item: handle(item[0], tiles[:, item[1].start * t.columns : item[1].stop * t.columns])

    threads.run(start, mine)


def _apply_both_sides(matrix, flat):
    """matrix · a · matrixᵀ for every column of ``flat`` (k·k, L), read as a k×k matrix a, as one product with matrix ⊗ matrix."""
    both_sides = np.kron(matrix, matrix)
    out = memory.new(flat, (both_sides.shape[0], flat.shape[1]))
    columns = parts(flat.shape[1], SMALL_PRODUCT // both_sides.size)
    threads.for_each(lambda part: np.matmul(both_sides, flat[:, part], out=out[:, part]), columns)
    return out


def _multiply(v, u, p):
    """The products, tiles × C by C × O at each place; cut into small ones where OpenBLAS then need not pack."""
    *places, tiles, c = v.shape
    o = u.shape[-1]
    cuts = -(-tiles * c * o // SMALL_PRODUCT)
    if c * o <= 64 * 128 and tiles % cuts == 0:
        v, p, u = v.reshape(*places, cuts, -1, c), p.reshape(*places, cuts, -1, o), u[..., None, :, :]
    np.matmul(v, u, out=p)


def _cutter(x, t, mine, of_outputs=False):
    """For one thread: a function that transforms the tiles of a block of x (N, H, W, C) into ``out`` ((m+2)², tiles, C).

    d -> Bᵀ d B for the pixels that a tile sees; with ``of_outputs`` instead dy -> A dy Aᵀ for its m×m outputs.
    """
    a_t, b_t, _ = matrices(t.m, x.dtype)
    matrix = a_t.T if of_outputs else b_t
    k, side = matrix.shape
    c, item = x.shape[3], x.itemsize
    width = t.m * (t.columns - 1) + side
    fetcher = Rows(x, mine, side, t.m, *((0, 0) if of_outputs else t.padding), width)
    padded, half = fetcher.padded, memory.new(x, (largest(mine)[2] * k * width * c,))
    row, pixel = width * c * item, c * item
    strips = parts(width * c, SMALL_PRODUCT // (k * side))

    def cut(block, out):
        n, q = map(length, block)
        fetcher.fetch(block)
        stacked = np.ndarray((n, q, side, width * c), x.dtype, padded, 0, (padded.strides[0], t.m * row, row, item))
        rows_done = half[: n * q * k * width * c].reshape(n, q, k, width * c)
        for strip in strips:
            np.matmul(matrix, stacked[..., strip], out=rows_done[..., strip])
        windows = np.ndarray((n * q, k, t.columns, side, c), x.dtype, half, 0, (k * row, row, t.m * pixel, pixel, item))
        np.matmul(matrix, windows, out=out.reshape(k, k, n * q, t.columns, c).transpose(2, 0, 3, 1, 4))

    return cut


def _paster(y, b, relu, t, mine):
    """For one thread: a function that turns a block's products ((m+2)², tiles, O) into pixels of y (N, OH, OW, O): y = Aᵀ p A + b."""
    matrix = matrices(t.m, y.dtype)[0]
    m, k = matrix.shape
    (oh, ow), o, most = t.out, y.shape[3], largest(mine)[2]
    fits = (oh, ow) == (m * t.rows, m * t.columns)
    half = memory.new(y, (most * k * m * t.columns * o,))
    whole = None if fits else memory.new(y, (most * m * t.columns * m * o,))
    zeros = np.zeros(t.columns * m * o, y.dtype)  # a line of pixels: NumPy is fast on long rows only
    biases = None if b is None else np.resize(b, zeros.size)

    def paste(block, products):
        images, rows = block
        n, q = map(length, block)
        rows_done = half[: n * q * k * m * t.columns * o].reshape(n * q, k, m, t.columns * o)
        stacked = products.reshape(k, k, n * q, t.columns * o)
        np.matmul(matrix, stacked.transpose(1, 2, 0, 3), out=rows_done.transpose(1, 0, 2, 3))
        end = min(m * rows.stop, oh)
        target = y[images, m * rows.start : end]
        pixels = target if fits else whole[: n * q * m * t.columns * m * o]
        columns = rows_done.reshape(n * q, k, m, t.columns, o).transpose(0, 2, 3, 1, 4)
        np.matmul(matrix, columns, out=pixels.reshape(n * q, m, t.columns, m, o))
        lines = pixels.reshape(n * q * m, zeros.size)
        if b is not None:
            np.add(lines, biases, out=lines)
        if relu:
            np.maximum(lines, zeros, out=lines)
        if not fits:
            target[...] = pixels.reshape(n, q * m, t.columns * m, o)[:, : end - m * rows.start, :ow]

    return paste
