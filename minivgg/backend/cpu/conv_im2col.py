"""Floor 1: convolution by im2col on the CPU: a block's windows become the rows of a matrix, and all its outputs are one product.

    y  = cols · W + b          cols (rows, kh·kw·C), W (kh·kw·C, O)
    dW = Σ colsᵀ · dy          over blocks, in a fixed order
    dx = col2im(dy · Wᵀ)

Any kernel, stride, padding and number of groups, both dtypes. The matrix exists for one block at a time.
"""

from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import blocks, lanes, largest, length
from minivgg.backend.cpu.elementwise import add_up
from minivgg.backend.cpu.padded_rows import Rows
from minivgg.backend.windows import by_group, shifted_views

LEAST_ROWS = 256  # of a block's matrix: a product with fewer costs more for reading the filters than for multiplying


def forward(x, w, b, g, relu, y):
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) with w (kh, kw, C/groups, O), plus b or None, ReLU where asked for."""
    o, filters = w.shape[3], filter_matrix(w, g.groups)
    mine = _blocks(x, g)

    def start():
        cols_of = _gather(x, g, mine)
        line = np.zeros(g.out[1] * o, x.dtype)
        biases = None if b is None else np.resize(b, line.size)

        def block(part):
            images, rows = part
            target = y[images, rows].reshape(
                -1, o
            )  # rows of y follow each other in memory: no copy
            _multiply(cols_of(part), filters, target)
            lines = target.reshape(-1, line.size)
            if biases is not None:
                np.add(lines, biases, out=lines)
            if relu:
                np.maximum(lines, line, out=lines)

        return block

    thread_pool.run(start, mine)


def filter_gradient(x, dy, w_shape, g):
    """dw (kh, kw, C/groups, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O)."""
    o = w_shape[3]
    shape = (g.groups, o // g.groups, w_shape[0] * w_shape[1] * w_shape[2])
    mine = lanes(_blocks(x, g), prod(shape) * x.itemsize)
    totals, biases = memory_pool.new(x, (len(mine), *shape)), np.zeros((len(mine), o), x.dtype)

    def start():
        cols_of = _gather(x, g, [part for _, some in mine for part in some])
        product = memory_pool.new(x, shape)

        def lane(item):
            number, some = item
            for position, (images, rows) in enumerate(some):
                grads = dy[images, rows].reshape(-1, g.groups, o // g.groups).transpose(1, 2, 0)
                np.matmul(
                    grads, cols_of((images, rows)), out=product if position else totals[number]
                )
                if position:
                    totals[number] += product
                biases[number] += np.ones(grads.shape[2], x.dtype) @ dy[images, rows].reshape(-1, o)

        return lane

    thread_pool.run(start, mine)
    total = add_up(totals)  # in order; zeros without images
    return total.reshape(o, *w_shape[:3]).transpose(1, 2, 3, 0), biases.sum(axis=0)


def input_gradient(dy, w, g, dx):
    """Fill dx (N, H, W, C) from dy (N, OH, OW, O) and w: images side by side, within one image block after block, since windows overlap."""
    (n, h, wd, c), o = dx.shape, w.shape[3]
    filters = filter_matrix(w, g.groups).transpose(0, 2, 1)
    (kh, kw), (sh, _), (ph, pw), (oh, ow) = g.kernel, g.stride, g.padding, g.out
    per_row = ow * kh * kw * c * dx.itemsize

    def start():
        padded = memory_pool.new(dx, (1, h + 2 * ph, wd + 2 * pw, c))

        def image(number):
            padded[:] = 0
            for _, rows in blocks(1, oh, per_row, least=-(-LEAST_ROWS // ow)):
                grads = dy[number, rows].reshape(-1, g.groups, o // g.groups).transpose(1, 0, 2)
                cols = np.matmul(grads, filters).reshape(
                    g.groups, 1, length(rows), ow, kh, kw, c // g.groups
                )
                for i, j, view in shifted_views(
                    padded[:, sh * rows.start :], g.kernel, g.stride, (length(rows), ow)
                ):
                    pixels = by_group(view, g.groups)
                    pixels += cols[:, :, :, :, i, j]
            dx[number] = padded[0, ph : ph + h, pw : pw + wd]

        return image

    thread_pool.run(start, range(n))


def filter_matrix(w, groups):
    """w (kh, kw, C/groups, O) -> (groups, kh·kw·C/groups, O/groups), in the order of im2col's rows."""
    o = w.shape[3]
    return w.reshape(-1, groups, o // groups).transpose(1, 0, 2)


def _multiply(cols, filters, target):
    """cols (groups, rows, kh·kw·C/groups) · filters -> target (rows, O)."""
    groups, _, per_group = filters.shape
    np.matmul(cols, filters, out=target.reshape(-1, groups, per_group).transpose(1, 0, 2))


def _gather(x, g, mine):
    """For one thread: a function that lays the windows of a block out as rows, (groups, rows, kh·kw·C/groups)."""
    (kh, kw), (sh, sw), (_, ow), c = g.kernel, g.stride, g.out, x.shape[3]
    fetcher = Rows(x, mine, kh, sh, *g.padding, width=sw * (ow - 1) + kw)
    _, _, most = largest(mine)
    buffer = memory_pool.new(x, (most * ow * kh * kw * c,))

    def gather(part):
        images, rows = part
        n, q = length(images), length(rows)
        padded = fetcher.fetch(part)
        s = padded.strides
        cols = buffer[: n * q * ow * kh * kw * c]
        if (
            g.groups == 1
        ):  # the C numbers of neighbouring pixels lie side by side: copied kw·C at a time
            steps = (s[0], sh * s[1], sw * s[2], s[1], s[3])
            cols.reshape(n, q, ow, kh, kw * c)[...] = as_strided(
                padded, (n, q, ow, kh, kw * c), steps
            )
        else:
            windows = as_strided(
                padded, (n, q, ow, kh, kw, c), (s[0], sh * s[1], sw * s[2], s[1], s[2], s[3])
            )
            per_group = c // g.groups
            shape = (n, q, ow, kh, kw, g.groups, per_group)
            cols.reshape(g.groups, n, q, ow, kh, kw, per_group)[...] = windows.reshape(
                shape
            ).transpose(5, 0, 1, 2, 3, 4, 6)
        return cols.reshape(g.groups, n * q * ow, kh * kw * (c // g.groups))

    return gather


def _blocks(x, g):
    n, _, _, c = x.shape
    per_row = g.out[1] * g.kernel[0] * g.kernel[1] * c * x.itemsize
    return blocks(n, g.out[0], per_row, least=-(-LEAST_ROWS // g.out[1]))
