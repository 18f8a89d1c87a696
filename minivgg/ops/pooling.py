"""Max-pooling and average-pooling over windows, which may overlap, hang over the border, and be padded.

Both walk over the places of the kernel: for each place, one shifted view of the image holds what every window sees there.
"""

from typing import NamedTuple

from minivgg import backend
from minivgg.kernels import kernels_of
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
    padded = kernels_of(x).channels_last(x, _border(x.shape, windows, padding), -xp.inf)
    y = xp.full((x.shape[0], *windows.out, x.shape[1]), -xp.inf, x.dtype)
    for _, _, view in kernels_of(x).shifted_views(padded, *windows):
        xp.maximum(y, view, out=y)
    return y.transpose(0, 3, 1, 2), (x, y, windows, padding)


def max_pool2d_backward(dy, saved):
    """dy (N, C, OH, OW) -> dx (N, C, H, W): each dy goes to the pixel that won its window, in a tie the first, row by row."""
    x, y, windows, padding = saved
    xp = backend.namespace(dy, x)
    dy = _checked_gradient("max_pool2d_backward", dy, x.shape, windows, x)
    border = _border(x.shape, windows, padding)
    padded = kernels_of(x).channels_last(x, border, xp.nan)  # equal to nothing: not even a window of −∞ is won by the border
    dx = xp.zeros(padded.shape, dy.dtype)
    waiting = xp.ones(y.shape, bool)  # windows whose winner has not been met yet
    shifted_views = kernels_of(x).shifted_views
    for (_, _, view), (_, _, dview) in zip(shifted_views(padded, *windows), shifted_views(dx, *windows), strict=True):
        winner = (view == y) & waiting
        waiting &= ~winner
        dview += dy * winner
    return _without_border(dx, x.shape, border)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """y[n,c,p,q] = the mean of the pixels in the window at (p·stride − padding, q·stride − padding).

    Arguments and errors as in ``max_pool2d``. count_include_pad: divide by the window's area inside the padded image (the
    border counts as zeros); False: by the number of real pixels. What hangs over by ceil_mode never counts.
    Returns y (N, C, OH, OW), and ``saved``.
    """
    windows, padding = _geometry("avg_pool2d", x, kernel_size, stride, padding, ceil_mode)
    xp = backend.namespace(x)
    padded = kernels_of(x).channels_last(x, _border(x.shape, windows, padding))
    y = xp.zeros((x.shape[0], *windows.out, x.shape[1]), x.dtype)
    for _, _, view in kernels_of(x).shifted_views(padded, *windows):
        y += view
    area = xp.asarray(_areas(x.shape, windows, padding, count_include_pad), x.dtype)
    y /= area
    return y.transpose(0, 3, 1, 2), (x.shape, area, windows, padding)


def avg_pool2d_backward(dy, saved):
    """dy (N, C, OH, OW) -> dx (N, C, H, W): each dy is spread evenly over its window: dy / area, added up where windows overlap."""
    shape, area, windows, padding = saved
    xp = backend.namespace(dy, area)
    dy = _checked_gradient("avg_pool2d_backward", dy, shape, windows, area)
    (n, c, h, w), border = shape, _border(shape, windows, padding)
    (top, bottom), (left, right) = border
    dx = xp.zeros((n, top + h + bottom, left + w + right, c), dy.dtype)
    share = dy / area
    for _, _, dview in kernels_of(dy).shifted_views(dx, *windows):
        dview += share
    return _without_border(dx, shape, border)


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
