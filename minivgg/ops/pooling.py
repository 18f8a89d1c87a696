"""Max-pooling and average-pooling over windows, which may overlap, hang over the border, and be padded.

Both walk over the places of the kernel: for each place, one shifted view of the image holds what every window sees there.
"""

from functools import cache
from typing import NamedTuple

from minivgg import backend, memory, threads
from minivgg.kernels import kernels_of
from minivgg.kernels.blocks import blocks, length
from minivgg.ops.shapes import check_float, check_images, check_pool_padding, check_shape, output_pair, pair


class Windows(NamedTuple):
    """Where the windows stand: pairs (height, width). This is what the kernels' ``shifted_views`` wants to know."""

    kernel: tuple
    stride: tuple
    out: tuple


def max_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False):
    """y[n,c,p,q] = the largest pixel in the window at (p·stride − padding, q·stride − padding).

    x: (N, C, H, W). kernel_size, stride (default: kernel_size), padding: a number or a (height, width) pair, in pixels.
    The border counts as −∞, so it never wins; padding must be smaller than the kernel, or a window could see nothing else.
    ceil_mode: also keep a last window that hangs over the end. Returns y (N, C, OH, OW), and ``saved``.
    Raises ``ValueError`` when the kernel does not fit, ``TypeError`` for integer images.
    Source: §2.1 (2×2, stride 2).
    """
    windows, padding = _geometry("max_pool2d", x, kernel_size, stride, padding, ceil_mode)
    xp = backend.namespace(x)
    y = _over_windows(xp.maximum, kernels_of(x).channels_last(x, _border(x.shape, windows, padding), -xp.inf), windows)
    return y.transpose(0, 3, 1, 2), (x, y, windows, padding)


def max_pool2d_backward(dy, saved, *, relu=False):
    """dy (N, C, OH, OW) -> dx (N, C, H, W): each dy goes to the pixel that won its window, in a tie the first, row by row.

    relu: x came out of a ReLU, and dx is to be the gradient with respect to what went into that: windows without a positive pixel get 0.
    """
    x, y, windows, padding = saved
    xp = backend.namespace(dy, x)
    dy = _checked_gradient("max_pool2d_backward", dy, x.shape, windows, x)
    border = _border(x.shape, windows, padding)
    padded = kernels_of(x).channels_last(x, border, xp.nan)  # equal to nothing: not even a window of −∞ is won by the border
    dx, tiled = _new_gradient(dy, padded.shape, windows)
    bits = f"i{dy.itemsize}"  # a float's bits as an integer, times 0 or 1: also ∞ · 0 is 0

    def block(part):
        largest = xp.where(y[part] > 0, y[part], xp.nan) if relu else y[part]
        if tiled and _without_ties(padded, dx, largest, dy, windows, part):
            return
        views, dviews = _views(padded, windows, part), _views(dx, windows, part)
        waiting = xp.ones(largest.shape, bool)  # windows whose winner has not been met yet
        winner = xp.empty_like(waiting)
        for view, dview in zip(views, dviews, strict=True):
            xp.equal(view, largest, out=winner)
            winner &= waiting
            xp.bitwise_xor(waiting, winner, out=waiting)
            if tiled:
                xp.multiply(dy[part].view(bits), winner, out=dview.view(bits))
            else:
                dview += dy[part] * winner

    _in_blocks(lambda: block, padded, windows, apart=tiled)
    return _without_border(dx, x.shape, border)


def _without_ties(padded, dx, largest, dy, windows, part):
    """Fill the block of dx, all places of the kernel at once, unless a window was won by two pixels. Returns whether that was so."""
    xp, bits = backend.namespace(dy), f"i{dy.itemsize}"
    winners = _side_by_side(padded, windows, part) == largest[:, :, None, :, None]
    if xp.count_nonzero(winners) > xp.count_nonzero(largest == largest):
        return False
    xp.multiply(dy[part].view(bits)[:, :, None, :, None], winners, out=_side_by_side(dx, windows, part).view(bits))
    return True


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """y[n,c,p,q] = the mean of the pixels in the window at (p·stride − padding, q·stride − padding).

    Arguments and errors as in ``max_pool2d``. count_include_pad: divide by the window's area inside the padded image (the
    border counts as zeros); False: by the number of real pixels. What hangs over by ceil_mode never counts.
    Returns y (N, C, OH, OW), and ``saved``.
    """
    windows, padding = _geometry("avg_pool2d", x, kernel_size, stride, padding, ceil_mode)
    xp = backend.namespace(x)
    area = xp.asarray(_areas(x.shape, windows, padding, count_include_pad), x.dtype)
    y = _over_windows(xp.add, kernels_of(x).channels_last(x, _border(x.shape, windows, padding)), windows, divisor=area)
    return y.transpose(0, 3, 1, 2), (x.shape, area, windows, padding)


def avg_pool2d_backward(dy, saved):
    """dy (N, C, OH, OW) -> dx (N, C, H, W): each dy is spread evenly over its window: dy / area, added up where windows overlap."""
    shape, area, windows, padding = saved
    backend.namespace(dy, area)
    dy = _checked_gradient("avg_pool2d_backward", dy, shape, windows, area)
    (n, c, h, w), border = shape, _border(shape, windows, padding)
    (top, bottom), (left, right) = border
    dx, tiled = _new_gradient(dy, (n, top + h + bottom, left + w + right, c), windows)

    def block(part):
        share = dy[part] / area[part[1]]
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
    y = memory.new(padded, (padded.shape[0], *windows.out, padded.shape[3]))

    def start():
        scratch = cache(lambda n, q: memory.new(padded, (n, q, *padded.shape[2:])))

        def block(part):
            of_rows = _along(ufunc, padded[part[0], sh * part[1].start :], kh, sh, scratch(*map(length, part)), axis=1)
            of_windows = _along(ufunc, of_rows, kw, sw, y[part], axis=2)
            if divisor is not None:
                of_windows /= divisor[part[1]]

        return block

    _in_blocks(start, padded, windows)
    return y


def _along(ufunc, a, kernel, stride, out, axis):
    """Fill out with ``ufunc`` over each window of ``kernel`` numbers along one axis, as many windows as out has room for."""
    last = stride * (out.shape[axis] - 1) + 1
    first, *others = (a[(slice(None),) * axis + (slice(i, i + last, stride),)] for i in range(kernel))
    if not others:
        out[...] = first
    for number, other in enumerate(others):
        ufunc(out if number else first, other, out=out)
    return out


def _new_gradient(dy, shape, windows):
    """Memory for dx (N, H, W, C) of ``shape``, and whether windows stand side by side: then each pixel under them is to be assigned, and
    the others are zero already; else all are zero and to be added to.
    """
    dx, tiled = memory.new(dy, shape), windows.kernel == windows.stride
    covered = [out * step if tiled else 0 for out, step in zip(windows.out, windows.stride, strict=True)]
    dx[:, covered[0] :] = 0
    dx[:, :, covered[1] :] = 0
    return dx, tiled


def _views(a, windows, part):
    """The pixels of a (N, H, W, C) under each place of the kernel, for the windows of a block."""
    images, rows = part
    kernel, stride, (_, ow) = windows
    for _, _, view in kernels_of(a).shifted_views(a[images, stride[0] * rows.start :], kernel, stride, (length(rows), ow)):
        yield view


def _side_by_side(a, windows, part):
    """The pixels of a (N, H, W, C) under the windows of a block that do not overlap, (n, rows, kh, OW, kw, C)."""
    (images, rows), (kh, kw), (_, ow) = part, windows.kernel, windows.out
    return a[images, kh * rows.start : kh * rows.stop, : kw * ow].reshape(length(images), length(rows), kh, ow, kw, a.shape[3])


def _in_blocks(start, padded, windows, apart=True):
    """``threads.run`` over blocks (images, rows of windows), over blocks of whole images unless rows are ``apart``."""
    n, (oh, _) = padded.shape[0], windows.out
    if backend.device_of(padded) != "cpu":
        start()((slice(0, n), slice(0, oh)))
        return
    per_row = windows.stride[0] * padded.shape[2] * padded.shape[3] * padded.itemsize
    threads.run(start, blocks(n, oh, per_row, least=1 if apart else oh))


def _geometry(op, x, kernel_size, stride, padding, ceil_mode):
    check_images(op, x)
    kernel = pair(kernel_size, f"{op}: the kernel size", least=1)
    stride = pair(kernel if stride is None else stride, f"{op}: stride", least=1)
    padding = pair(padding, f"{op}: padding")
    check_pool_padding(op, kernel, padding)
    return Windows(kernel, stride, output_pair(op, x.shape, kernel, stride, padding, ceil_mode)), padding


def _border(shape, windows, padding):
    """((top, bottom), (left, right)) pixels to add: the padding before, and after as far as the last window reaches."""
    reach = [(out - 1) * stride + kernel for kernel, stride, out in zip(*windows, strict=True)]
    return tuple((p, max(0, r - p - side)) for p, r, side in zip(padding, reach, shape[2:], strict=True))


def _areas(shape, windows, padding, count_include_pad):
    """How many pixels each window divides by: (OH, OW, 1) as nested lists."""
    lengths = []
    for size, p, kernel, stride, out in zip(shape[2:], padding, *windows, strict=True):
        margin = p if count_include_pad else 0
        starts = [i * stride - p for i in range(out)]
        lengths.append([min(start + kernel, size + margin) - max(start, -margin) for start in starts])
    return [[[height * width] for width in lengths[1]] for height in lengths[0]]


def _checked_gradient(op, dy, shape, windows, like):
    """dy (N, C, OH, OW) as (N, OH, OW, C), after the usual checks; ``like`` has the dtype that it must have."""
    check_float(op, dy=dy, forward=like)
    check_shape(op, "dy", dy, (*shape[:2], *windows.out))
    return dy.transpose(0, 2, 3, 1)


def _without_border(dx, shape, border):
    (top, _), (left, _) = border
    h, w = shape[2:]
    return dx[:, top : top + h, left : left + w].transpose(0, 3, 1, 2)
