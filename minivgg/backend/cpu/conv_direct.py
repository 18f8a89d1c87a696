"""Floor 1: convolution by its definition on the CPU: for each place of the kernel, the shifted image times that place's filters, added up.

    y[p, q] = Σ_ij x[p·stride + i, q·stride + j] · W[i, j]

No matrix of windows. That is the way for 1×1 filters, where there is nothing to add, and for filters that see one channel each
(depthwise), where the products are products of numbers. Any kernel, stride, padding and number of groups, both dtypes.
"""

from math import prod

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import blocks, lanes, largest, length
from minivgg.backend.cpu.elementwise import add_up
from minivgg.backend.cpu.padded_rows import Rows
from minivgg.backend.windows import by_group, shifted_views


def forward(x, w, b, g, relu, y):
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) with w (kh, kw, C/groups, O), plus b or None, ReLU where asked for."""
    mine = _blocks(x, y, g)

    def start():
        views_of, product = (
            _views(x, g, mine),
            memory_pool.new(y, (largest(mine)[2] * g.out[1] * y.shape[3],)),
        )

        def block(part):
            target = y[part]
            term = product[: target.size].reshape(target.shape)
            for i, j, view in views_of(part):
                first = not (i or j)
                _times(view, w[i, j], g.groups, out=target if first else term)
                if not first:
                    np.add(target, term, out=target)
            if b is not None:
                np.add(target, b, out=target)
            if relu:
                np.maximum(target, 0, out=target)

        return block

    thread_pool.run(start, mine)


def filter_gradient(x, dy, w_shape, g):
    """dw (kh, kw, C/groups, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O): at each place, shifted imageᵀ times dy."""
    mine = _blocks(x, dy, g)
    dealt = lanes(mine, prod(w_shape) * x.itemsize)
    totals, biases = (
        memory_pool.new(x, (len(dealt), *w_shape)),
        np.zeros((len(dealt), w_shape[3]), x.dtype),
    )

    def start():
        views_of = _views(x, g, mine)

        def lane(item):
            number, some = item
            totals[number] = 0
            for part in some:
                biases[number] += dy[part].sum(axis=(0, 1, 2))
                grads = by_group(dy[part], g.groups)  # (groups, n, rows, OW, O/groups)
                grads = grads.reshape(g.groups, -1, grads.shape[-1])
                for i, j, view in views_of(part):
                    pixels = by_group(view, g.groups)
                    pixels = pixels.reshape(g.groups, -1, pixels.shape[-1])
                    totals[number, i, j] += _join(np.matmul(pixels.transpose(0, 2, 1), grads))

        return lane

    thread_pool.run(start, dealt)
    return add_up(totals), biases.sum(axis=0)  # in order; zeros without images


def input_gradient(dy, w, g, dx):
    """Fill dx (N, H, W, C) from dy (N, OH, OW, O) and w: at each place dy · Wᵀ is added to the shifted image."""
    n, h, wd, c = dx.shape
    (ph, pw), (oh, ow) = g.padding, g.out

    def start():
        padded, product = (
            memory_pool.new(dx, (1, h + 2 * ph, wd + 2 * pw, c)),
            memory_pool.new(dx, (1, oh, ow, c)),
        )

        def image(number):
            padded[:] = 0
            for i, j, view in shifted_views(padded, g.kernel, g.stride, g.out):
                _times_transposed(dy[number : number + 1], w[i, j], g.groups, out=product)
                view += product
            dx[number] = padded[0, ph : ph + h, pw : pw + wd]

        return image

    thread_pool.run(start, range(n))


def _times(view, w, groups, out):
    """view (n, p, q, C) times w (C/groups, O), group by group -> out (n, p, q, O)."""
    if w.shape[0] == 1 and groups == w.shape[1]:  # depthwise: one number a channel
        np.multiply(view, w[0], out=out)
    elif groups == 1:
        np.matmul(view, w, out=out)
    else:
        np.matmul(
            by_group(view, groups),
            _by_group_of_filters(w, groups)[:, None, None],
            out=by_group(out, groups),
        )


def _times_transposed(grads, w, groups, out):
    """grads (n, p, q, O) times wᵀ, group by group -> out (n, p, q, C)."""
    if w.shape[0] == 1 and groups == w.shape[1]:
        np.multiply(grads, w[0], out=out)
    else:
        filters = _by_group_of_filters(w, groups).transpose(0, 2, 1)
        np.matmul(by_group(grads, groups), filters[:, None, None], out=by_group(out, groups))


def _by_group_of_filters(w, groups):
    """(C/groups, O) -> (groups, C/groups, O/groups)."""
    return w.reshape(w.shape[0], groups, -1).transpose(1, 0, 2)


def _join(per_group):
    """(groups, C/groups, O/groups) -> (C/groups, O)."""
    return per_group.transpose(1, 0, 2).reshape(per_group.shape[1], -1)


def _views(x, g, mine):
    """For one thread: a function that yields (i, j, view (n, rows, OW, C)) for each place of the kernel over a block."""
    (kh, kw), (sh, sw), (_, ow) = g.kernel, g.stride, g.out
    if g.kernel == (1, 1) and g.stride == (1, 1) and g.padding == (0, 0):
        return lambda part: [(0, 0, x[part])]
    fetcher = Rows(x, mine, kh, sh, *g.padding, width=sw * (ow - 1) + kw)
    return lambda part: shifted_views(
        fetcher.fetch(part), g.kernel, g.stride, (length(part[1]), ow)
    )


def _blocks(x, y, g):
    row = (x.shape[2] * x.shape[3] * g.stride[0] + 2 * y.shape[2] * y.shape[3]) * x.itemsize
    return blocks(x.shape[0], g.out[0], row)
