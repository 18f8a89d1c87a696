"""Floor 1: max-pooling and average-pooling on the CPU.

Both walk over the places of the kernel: for each place, one shifted view of the image holds what every window sees there. ``windows`` has
the pairs ``kernel``, ``stride`` and ``out``; windows may overlap, hang over the border, and be padded.
"""

from functools import cache

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import blocks, length
from minivgg.backend.windows import channels_last, shifted_views


def max_pool(x, windows, padding):
    """The largest pixel of each window of x (N, C, H, W): y (N, OH, OW, C). The border never wins. Second: nothing more to remember."""
    return _over_windows(
        np.maximum, channels_last(x, _border(x.shape, windows, padding), -np.inf), windows
    ), None


def max_pool_backward(dy, x, y, winners, windows, padding, relu):
    """dx (N, C, H, W) from dy (N, C, OH, OW): each dy to the pixel of x that won its window, in a tie to the first, row by row.

    relu: windows whose largest pixel is not positive get 0.
    """
    dy, border = dy.transpose(0, 2, 3, 1), _border(x.shape, windows, padding)
    padded = channels_last(
        x, border, np.nan
    )  # equal to nothing: not even a window of −∞ is won by the border
    dx, tiled = _new_gradient(dy, padded.shape, windows)
    bits = f"i{dy.itemsize}"  # a float's bits as an integer, times 0 or 1: also ∞ · 0 is 0

    def block(part):
        largest = np.where(y[part] > 0, y[part], np.nan) if relu else y[part]
        if tiled and _without_ties(padded, dx, largest, dy, windows, part):
            return
        views, dviews = _views(padded, windows, part), _views(dx, windows, part)
        waiting = np.ones(largest.shape, bool)  # windows whose winner has not been met yet
        winner = np.empty_like(waiting)
        for view, dview in zip(views, dviews, strict=True):
            np.equal(view, largest, out=winner)
            winner &= waiting
            waiting ^= winner
            if tiled:
                np.multiply(dy[part].view(bits), winner, out=dview.view(bits))
            else:
                dview += dy[part] * winner

    _in_blocks(lambda: block, padded, windows, apart=tiled)
    return _without_border(dx, x.shape, border)


def avg_pool(x, areas, windows, padding):
    """The sum of each window of x (N, C, H, W), divided by areas (OH, OW, 1): y (N, OH, OW, C)."""
    return _over_windows(
        np.add, channels_last(x, _border(x.shape, windows, padding)), windows, divisor=areas
    )


def avg_pool_backward(dy, areas, shape, windows, padding):
    """dx (N, C, H, W) = ``shape`` from dy (N, C, OH, OW): dy / area to every pixel of the window, added up where windows overlap."""
    dy, (n, c, h, w), border = dy.transpose(0, 2, 3, 1), shape, _border(shape, windows, padding)
    (top, bottom), (left, right) = border
    dx, tiled = _new_gradient(dy, (n, top + h + bottom, left + w + right, c), windows)

    def block(part):
        share = dy[part] / areas[part[1]]
        for dview in _views(dx, windows, part):
            if tiled:
                dview[...] = share
            else:
                dview += share

    _in_blocks(lambda: block, dx, windows, apart=tiled)
    return _without_border(dx, shape, border)


def _over_windows(ufunc, padded, windows, divisor=None):
    """y (N, OH, OW, C): maximum or sum over each window of padded (N, H, W, C), that of its rows first and then of what they gave."""
    (kh, kw), (sh, sw), _ = windows
    y = memory_pool.new(padded, (padded.shape[0], *windows.out, padded.shape[3]))

    def start():
        scratch = cache(lambda n, q: memory_pool.new(padded, (n, q, *padded.shape[2:])))

        def block(part):
            of_rows = _along(
                ufunc,
                padded[part[0], sh * part[1].start :],
                kh,
                sh,
                scratch(*map(length, part)),
                axis=1,
            )
            of_windows = _along(ufunc, of_rows, kw, sw, y[part], axis=2)
            if divisor is not None:
                of_windows /= divisor[part[1]]

        return block

    _in_blocks(start, padded, windows)
    return y


def _along(ufunc, a, kernel, stride, out, axis):
    """Fill out with ``ufunc`` over each window of ``kernel`` numbers along one axis, as many windows as out has room for."""
    last = stride * (out.shape[axis] - 1) + 1
    first, *others = (
        a[(slice(None),) * axis + (slice(i, i + last, stride),)] for i in range(kernel)
    )
    if not others:
        out[...] = first
    for number, other in enumerate(others):
        ufunc(out if number else first, other, out=out)
    return out


def _without_ties(padded, dx, largest, dy, windows, part):
    """Fill the block of dx, all places of the kernel at once, unless a window was won by two pixels. Returns whether that was so."""
    bits = f"i{dy.itemsize}"
    winners = _side_by_side(padded, windows, part) == largest[:, :, None, :, None]
    if np.count_nonzero(winners) > np.count_nonzero(largest == largest):
        return False
    np.multiply(
        dy[part].view(bits)[:, :, None, :, None],
        winners,
        out=_side_by_side(dx, windows, part).view(bits),
    )
    return True


def _new_gradient(dy, shape, windows):
    """Memory for dx (N, H, W, C) of ``shape``, and whether windows stand side by side: then each pixel under them is to be assigned, and
    the others are zero already; else all are zero and to be added to.
    """
    dx, tiled = memory_pool.new(dy, shape), windows.kernel == windows.stride
    covered = [
        out * step if tiled else 0 for out, step in zip(windows.out, windows.stride, strict=True)
    ]
    dx[:, covered[0] :] = 0
    dx[:, :, covered[1] :] = 0
    return dx, tiled


def _views(a, windows, part):
    """The pixels of a (N, H, W, C) under each place of the kernel, for the windows of a block."""
    images, rows = part
    kernel, stride, (_, ow) = windows
    for _, _, view in shifted_views(
        a[images, stride[0] * rows.start :], kernel, stride, (length(rows), ow)
    ):
        yield view


def _side_by_side(a, windows, part):
    """The pixels of a (N, H, W, C) under the windows of a block that do not overlap, (n, rows, kh, OW, kw, C)."""
    (images, rows), (kh, kw), (_, ow) = part, windows.kernel, windows.out
    return a[images, kh * rows.start : kh * rows.stop, : kw * ow].reshape(
        length(images), length(rows), kh, ow, kw, a.shape[3]
    )


def _in_blocks(start, padded, windows, apart=True):
    """``threads.run`` over blocks (images, rows of windows), over blocks of whole images unless rows are ``apart``."""
    n, (oh, _) = padded.shape[0], windows.out
    per_row = windows.stride[0] * padded.shape[2] * padded.shape[3] * padded.itemsize
    thread_pool.run(start, blocks(n, oh, per_row, least=1 if apart else oh))


def _border(shape, windows, padding):
    """((top, bottom), (left, right)) pixels to add: the padding before, and after as far as the last window reaches."""
    reach = [(out - 1) * stride + kernel for kernel, stride, out in zip(*windows, strict=True)]
    return tuple(
        (p, max(0, r - p - side)) for p, r, side in zip(padding, reach, shape[2:], strict=True)
    )


def _without_border(dx, shape, border):
    (top, _), (left, _) = border
    h, w = shape[2:]
    return dx[:, top : top + h, left : left + w].transpose(0, 3, 1, 2)
