"""Floor 1: im2col for images of few channels, such as a net's first layer sees, on the CPU.

A window's rows are short there, 9 numbers of a 3×3×3 window at a time, and copying short pieces is slow. So the matrix lies the other
way round: a row for each place (i, j, c) of the window, holding what all windows see there: the image's plane c, shifted by (i, j), which
is copied in rows of the image. One more row of ones takes the bias along:

    y        = colsᵀ · [W; b]        cols (kh·kw·C + 1, rows), [W; b] (kh·kw·C + 1, O)
    [dW; db] = Σ cols · dy           over blocks, in a fixed order
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import SMALL_PRODUCT, blocks, lanes, largest, length
from minivgg.backend.cpu.elementwise import add_up
from minivgg.backend.cpu.padded_rows import Rows

FEW = 4  # channels


def suit(x, g):
    """Whether images x (N, C, H, W) have so few channels that this is the better im2col."""
    return x.shape[1] <= FEW and g.groups == 1


def forward(x, w, b, g, relu, y):
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) with w (kh, kw, C, O), plus b or None, ReLU where asked for."""
    o = w.shape[3]
    filters = np.vstack([w.reshape(-1, o), np.zeros((1, o), x.dtype) if b is None else b])
    mine = _blocks(x, o, g)

    def start():
        cols_of = _gather(x, g, o, mine)
        zeros = np.zeros(g.out[1] * o, x.dtype)

        def block(part):
            cols, target = cols_of(part), y[part]
            np.matmul(cols.transpose(0, 2, 1), filters, out=target.reshape(len(cols), -1, o))
            if relu:
                lines = target.reshape(-1, zeros.size)
                np.maximum(lines, zeros, out=lines)

        return block

    thread_pool.run(start, mine)


def filter_gradient(x, dy, w_shape, g):
    """dw (kh, kw, C, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O)."""
    o, numbers = w_shape[3], w_shape[0] * w_shape[1] * w_shape[2] + 1
    mine = lanes(_blocks(x, o, g), numbers * o * x.itemsize)
    totals = np.zeros((len(mine), numbers, o), x.dtype)

    def start():
        cols_of = _gather(x, g, o, [part for _, some in mine for part in some])

        def lane(item):
            number, some = item
            for part in some:
                cols = cols_of(part)
                totals[number] += np.matmul(cols, dy[part].reshape(len(cols), -1, o)).sum(axis=0)

        return lane

    thread_pool.run(start, mine)
    total = add_up(totals)
    return total[:-1].reshape(w_shape), total[-1].copy()


def _gather(x, g, o, mine):
    """For one thread: a function that gives the matrix of a block, (pieces, kh·kw·C + 1, rows), in pieces that make small products."""
    (kh, kw), (sh, sw), (_, ow), c = g.kernel, g.stride, g.out, x.shape[3]
    fetcher = Rows(x, mine, kh, sh, *g.padding, width=sw * (ow - 1) + kw, in_planes=True)
    image, row, pixel, plane = fetcher.padded.strides
    numbers = kh * kw * c
    buffer = memory_pool.new(x, (largest(mine)[2] * ow * (numbers + 1),))
    most = max(1, SMALL_PRODUCT // (numbers * o * ow))

    def gather(part):
        fetcher.fetch(part)
        n, q = map(length, part)
        many = next(
            rows for rows in range(min(q, most), 0, -1) if q % rows == 0
        )  # rows of the image in a piece
        cols = buffer[: n * q * ow * (numbers + 1)].reshape(n * (q // many), numbers + 1, many * ow)
        windows = as_strided(
            fetcher.padded,
            (n, q // many, kh, kw, c, many, ow),
            (image, many * sh * row, row, pixel, plane, sh * row, sw * pixel),
        )
        cols[:, :numbers].reshape(n, q // many, kh, kw, c, many, ow)[...] = windows
        cols[:, numbers] = 1
        return cols

    return gather


def _blocks(x, o, g):
    per_row = g.out[1] * (g.kernel[0] * g.kernel[1] * x.shape[3] + o) * x.itemsize
    return blocks(x.shape[0], g.out[0], per_row)
