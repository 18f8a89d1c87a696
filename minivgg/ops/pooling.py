"""Max-pooling and average-pooling over windows.

Windows may overlap, reach beyond the border, and be padded.
"""

from minivgg import backend
from minivgg.backend.geometry import Geometry
from minivgg.ops.shapes import (
    check_images,
    check_pool_padding,
    check_shape,
    checked_kernels,
    output_pair,
    pair,
)


def max_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False):
    """y[n,c,p,q] = the largest pixel in the window at (p·stride − padding, q·stride − padding).

    x: (N, C, H, W). kernel_size, stride (default: kernel_size), padding: a number or a (height,
        width) pair, in pixels. The border counts as −∞, so it never wins; padding must be smaller
        than the kernel, or a window could see nothing else.
    ceil_mode: also keep a last window that reaches beyond the end.
    Returns y (N, C, OH, OW), and ``saved``.
    Raises ``ValueError`` when the kernel does not fit, ``TypeError`` for integer images.
    Source: §2.1 (2×2, stride 2).
    """
    kernels = checked_kernels("max_pool2d", x=x)
    check_images("max_pool2d", x)
    geometry = _geometry("max_pool2d", x.shape, kernel_size, stride, padding, ceil_mode)
    y, winners = kernels.max_pool(x, geometry)
    return y.transpose(0, 3, 1, 2), (x, y, winners, geometry)


def max_pool2d_backward(dy, saved, *, relu=False):
    """dy (N, C, OH, OW) -> dx (N, C, H, W): each dy goes to the pixel that won its window.

    In a tie the first wins, row by row. relu: x is the output of a ReLU, and dx is to be the
    gradient with respect to its input: windows without a positive pixel get 0.
    """
    x, y, winners, geometry = saved
    kernels = checked_kernels("max_pool2d_backward", dy=dy, x=x)
    check_shape("max_pool2d_backward", "dy", dy, (*x.shape[:2], *geometry.out))
    return kernels.max_pool_backward(dy, x, y, winners, geometry, relu)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """y[n,c,p,q] = the mean of pixels in the window at (p·stride − padding, q·stride − padding).

    Arguments and errors as in ``max_pool2d``. count_include_pad: divide by the area of the window
    inside the padded image (the border counts as zeros); False: by the number of real pixels. What
    ceil_mode lets reach beyond the padding never counts.
    Returns y (N, C, OH, OW), and ``saved``.
    """
    kernels = checked_kernels("avg_pool2d", x=x)
    check_images("avg_pool2d", x)
    geometry = _geometry("avg_pool2d", x.shape, kernel_size, stride, padding, ceil_mode)
    areas = _areas(x, geometry, count_include_pad)
    y = kernels.avg_pool(x, areas, geometry)
    return y.transpose(0, 3, 1, 2), (x.shape, areas, geometry)


def avg_pool2d_backward(dy, saved):
    """dy (N, C, OH, OW) -> dx (N, C, H, W): each pixel of a window gets dy / area, added up."""
    shape, areas, geometry = saved
    kernels = checked_kernels("avg_pool2d_backward", dy=dy, areas=areas)
    check_shape("avg_pool2d_backward", "dy", dy, (*shape[:2], *geometry.out))
    return kernels.avg_pool_backward(dy, areas, shape, geometry)


def _geometry(op, shape, kernel_size, stride, padding, ceil_mode):
    kernel = pair(kernel_size, f"{op}: the kernel size", least=1)
    stride = pair(kernel if stride is None else stride, f"{op}: stride", least=1)
    padding = pair(padding, f"{op}: padding")
    check_pool_padding(op, kernel, padding)
    out = output_pair(op, shape, kernel, stride, padding, ceil_mode)
    return Geometry(kernel, stride, padding, 1, out)


def _areas(x, geometry, count_include_pad):
    """By how many pixels each window is divided, (OH, OW, 1), computed on the device of x."""
    kernel, stride, padding, _, out = geometry
    xp, lengths = backend.namespace(x), []
    for size, p, k, s, o in zip(x.shape[2:], padding, kernel, stride, out, strict=True):
        margin, starts = p if count_include_pad else 0, xp.arange(o, dtype=x.dtype) * s - p
        lengths.append(xp.minimum(starts + k, size + margin) - xp.maximum(starts, -margin))
    return (lengths[0][:, None] * lengths[1])[..., None]
