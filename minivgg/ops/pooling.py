"""Max-pooling and average-pooling over windows.

Windows may overlap, reach beyond the border, and be padded.
"""

from minivgg import backend
from minivgg.backend import Array, Saved, Shape, Size
from minivgg.backend.geometry import Geometry
from minivgg.ops.shapes import (
    check_images,
    check_pool_padding,
    check_shape,
    checked_kernels,
    native,
    output_pair,
    pair,
)


def max_pool2d(
    x: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
) -> tuple[Array, Saved]:
    """y[n,c,p,q] = the largest pixel in the window at (p·stride − padding, q·stride − padding).

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Images or feature maps, float32 or float64.
    kernel_size : int or (int, int)
        In pixels; a pair is (height, width).
    stride : int or (int, int), optional
        The kernel size by default: windows lie side by side.
    padding : int or (int, int)
        Smaller than the kernel, or a window could see nothing else. The border counts as −∞, so it
        never wins.
    ceil_mode : bool
        Whether to keep a last window that reaches beyond the end.

    Returns
    -------
    y : array of shape (N, C, OH, OW)
        The maxima; ``output_size`` gives OH and OW.
    saved : tuple
        What ``max_pool2d_backward`` needs.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image, or the padding is not smaller than the
        kernel.
    TypeError
        If the images are integers.

    References
    ----------
    Simonyan & Zisserman 2014, §2.1: 2×2 windows at stride 2.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import ops
    >>> y, saved = ops.max_pool2d(np.array([[[[1.0, 5, 2], [4, 3, 9]]]]), 2, stride=1)
    >>> y
    array([[[[5., 9.]]]])
    >>> ops.max_pool2d_backward(np.array([[[[10.0, 20]]]]), saved)
    array([[[[ 0., 10.,  0.],
             [ 0.,  0., 20.]]]])
    """
    kernels = checked_kernels("max_pool2d", x=x)
    check_images("max_pool2d", x)
    geometry = _geometry("max_pool2d", x.shape, kernel_size, stride, padding, ceil_mode)
    x = native(x)
    y, winners = kernels.max_pool(x, geometry)
    return y.transpose(0, 3, 1, 2), (x, y, winners, geometry)


def max_pool2d_backward(dy: Array, saved: Saved, *, relu: bool = False) -> Array:
    """The gradient of ``max_pool2d``: each dy goes to the pixel that won its window.

    In a tie the first wins, row by row.

    Parameters
    ----------
    dy : array of shape (N, C, OH, OW)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``max_pool2d``.
    relu : bool
        Whether x is the output of a ReLU, and dx is to be the gradient with respect to its input:
        windows without a positive pixel get 0.

    Returns
    -------
    dx : array of shape (N, C, H, W)
        A pixel that won several overlapping windows gets the sum of their gradients.
    """
    x, y, winners, geometry = saved
    kernels = checked_kernels("max_pool2d_backward", dy=dy, x=x)
    check_shape("max_pool2d_backward", "dy", dy, (*x.shape[:2], *geometry.out))
    return kernels.max_pool_backward(native(dy), x, y, winners, geometry, relu)


def avg_pool2d(
    x: Array,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> tuple[Array, Saved]:
    """y[n,c,p,q] = the mean of pixels in the window at (p·stride − padding, q·stride − padding).

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Images or feature maps, float32 or float64.
    kernel_size : int or (int, int)
        In pixels; a pair is (height, width).
    stride : int or (int, int), optional
        The kernel size by default: windows lie side by side.
    padding : int or (int, int)
        Smaller than the kernel. The border is zeros.
    ceil_mode : bool
        Whether to keep a last window that reaches beyond the end. What lies beyond the padding
        never counts.
    count_include_pad : bool
        Whether to divide by the area of the window inside the padded image, or by the number of
        real pixels.

    Returns
    -------
    y : array of shape (N, C, OH, OW)
        The means; ``output_size`` gives OH and OW.
    saved : tuple
        What ``avg_pool2d_backward`` needs.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image, or the padding is not smaller than the
        kernel.
    TypeError
        If the images are integers.
    """
    kernels = checked_kernels("avg_pool2d", x=x)
    check_images("avg_pool2d", x)
    geometry = _geometry("avg_pool2d", x.shape, kernel_size, stride, padding, ceil_mode)
    x = native(x)
    areas = _areas(x, geometry, count_include_pad)
    y = kernels.avg_pool(x, areas, geometry)
    return y.transpose(0, 3, 1, 2), (x.shape, areas, geometry)


def avg_pool2d_backward(dy: Array, saved: Saved) -> Array:
    """The gradient of ``avg_pool2d``: each pixel of a window gets dy / area.

    Parameters
    ----------
    dy : array of shape (N, C, OH, OW)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``avg_pool2d``.

    Returns
    -------
    dx : array of shape (N, C, H, W)
        Summed over the windows that a pixel lies in.
    """
    shape, areas, geometry = saved
    kernels = checked_kernels("avg_pool2d_backward", dy=dy, areas=areas)
    check_shape("avg_pool2d_backward", "dy", dy, (*shape[:2], *geometry.out))
    return kernels.avg_pool_backward(native(dy), areas, shape, geometry)


def _geometry(
    op: str, shape: Shape, kernel_size: Size, stride: Size | None, padding: Size, ceil_mode: bool
) -> Geometry:
    kernel = pair(kernel_size, f"{op}: the kernel size", least=1)
    stride = pair(kernel if stride is None else stride, f"{op}: stride", least=1)
    padding = pair(padding, f"{op}: padding")
    check_pool_padding(op, kernel, padding)
    out = output_pair(op, shape, kernel, stride, padding, ceil_mode)
    return Geometry(kernel, stride, padding, 1, out)


def _areas(x: Array, geometry: Geometry, count_include_pad: bool) -> Array:
    """By how many pixels each window is divided, (OH, OW, 1), computed on the device of x."""
    kernel, stride, padding, _, out, _ = geometry
    xp, lengths = backend.namespace(x), []
    for size, p, k, s, o in zip(x.shape[2:], padding, kernel, stride, out, strict=True):
        margin, starts = p if count_include_pad else 0, xp.arange(o, dtype=x.dtype) * s - p
        lengths.append(xp.minimum(starts + k, size + margin) - xp.maximum(starts, -margin))
    return (lengths[0][:, None] * lengths[1])[..., None]
