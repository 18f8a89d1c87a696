"""Max-pooling and average-pooling over windows, which may overlap, hang over the border, and be padded."""

from typing import NamedTuple

from minivgg import backend
from minivgg.backend.kernels import kernels_of
from minivgg.ops.shapes import (
    check_float,
    check_images,
    check_pool_padding,
    check_shape,
    output_pair,
    pair,
)


class Windows(NamedTuple):
    """Where the windows stand: pairs (height, width)."""

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
    y, winners = kernels_of(x).max_pool(x, windows, padding)
    return y.transpose(0, 3, 1, 2), (x, y, winners, windows, padding)


def max_pool2d_backward(dy, saved, *, relu=False):
    """dy (N, C, OH, OW) -> dx (N, C, H, W): each dy goes to the pixel that won its window, in a tie the first, row by row.

    relu: x came out of a ReLU, and dx is to be the gradient with respect to what went into that: windows without a positive pixel get 0.
    """
    x, y, winners, windows, padding = saved
    backend.namespace(dy, x)
    _check_gradient("max_pool2d_backward", dy, x.shape, windows, x)
    return kernels_of(x).max_pool_backward(dy, x, y, winners, windows, padding, relu)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """y[n,c,p,q] = the mean of the pixels in the window at (p·stride − padding, q·stride − padding).

    Arguments and errors as in ``max_pool2d``. count_include_pad: divide by the window's area inside the padded image (the
    border counts as zeros); False: by the number of real pixels. What hangs over by ceil_mode never counts.
    Returns y (N, C, OH, OW), and ``saved``.
    """
    windows, padding = _geometry("avg_pool2d", x, kernel_size, stride, padding, ceil_mode)
    areas = _areas(x, windows, padding, count_include_pad)
    y = kernels_of(x).avg_pool(x, areas, windows, padding)
    return y.transpose(0, 3, 1, 2), (x.shape, areas, windows, padding)


def avg_pool2d_backward(dy, saved):
    """dy (N, C, OH, OW) -> dx (N, C, H, W): each dy is spread evenly over its window: dy / area, added up where windows overlap."""
    shape, areas, windows, padding = saved
    backend.namespace(dy, areas)
    _check_gradient("avg_pool2d_backward", dy, shape, windows, areas)
    return kernels_of(dy).avg_pool_backward(dy, areas, shape, windows, padding)


def _geometry(op, x, kernel_size, stride, padding, ceil_mode):
    check_images(op, x)
    kernel = pair(kernel_size, f"{op}: the kernel size", least=1)
    stride = pair(kernel if stride is None else stride, f"{op}: stride", least=1)
    padding = pair(padding, f"{op}: padding")
    check_pool_padding(op, kernel, padding)
    return Windows(
        kernel, stride, output_pair(op, x.shape, kernel, stride, padding, ceil_mode)
    ), padding


def _areas(x, windows, padding, count_include_pad):
    """How many pixels each window divides by, (OH, OW, 1); reckoned on the device of x, so that nothing has to be sent there."""
    xp, lengths = backend.namespace(x), []
    for size, p, kernel, stride, out in zip(x.shape[2:], padding, *windows, strict=True):
        margin, starts = p if count_include_pad else 0, xp.arange(out, dtype=x.dtype) * stride - p
        lengths.append(xp.minimum(starts + kernel, size + margin) - xp.maximum(starts, -margin))
    return (lengths[0][:, None] * lengths[1])[..., None]


def _check_gradient(op, dy, shape, windows, like):
    """The usual checks of dy (N, C, OH, OW); ``like`` has the dtype that it must have."""
    check_float(op, dy=dy, forward=like)
    check_shape(op, "dy", dy, (*shape[:2], *windows.out))
