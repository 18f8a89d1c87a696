"""Convolution: what it means, and its gradients.

im2col copies every window of the images into a row of a matrix; with a filter in each row of
another matrix, all outputs are one product:

    cols = im2col(x)            (N·OH·OW, kh·kw·C)
    y    = cols · Fᵀ + b        (N·OH·OW, O), with F (O, kh·kw·C): w in the order of cols
    dF   = dyᵀ · cols           (O, kh·kw·C), with dy (N·OH·OW, O)
    db   = Σ dy                 (O,)
    dx   = col2im(dy · F)       (N, C, H, W)

Here arguments are checked. The product itself is computed in

- ``textbook/im2col.py``: written as above, for reading; algorithm="textbook" runs it;
- ``backend/cpu/conv_im2col.py``: the same, block by block, for every shape;
- ``backend/cpu/conv_winograd.py``: for 3×3 filters at stride 1 in float32, with a quarter of the
  multiplications;
- ``backend/cpu/conv_direct.py``: for 1×1 filters and filters that see one channel;
- ``backend/cuda``: im2col and Winograd for the GPU.

``backend/conv_algorithms.py`` chooses between them. All give the same result up to rounding.
"""

import logging
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from minivgg import backend
from minivgg.backend.conv_algorithms import NAMES as ALGORITHMS
from minivgg.backend.conv_algorithms import logger, report
from minivgg.backend.geometry import Geometry
from minivgg.backend.kernels import kernels_of
from minivgg.ops.shapes import (
    check_float,
    check_image_shape,
    check_images,
    check_shape,
    checked_kernels,
    output_pair,
    pair,
)
from minivgg.textbook import im2col as textbook

__all__ = [
    "ALGORITHMS",
    "col2im",
    "conv2d",
    "conv2d_backward",
    "filters_channels_last",
    "im2col",
]


class _TextbookSaved(NamedTuple):
    """``saved`` of a convolution by the textbook."""

    x: np.ndarray
    y_shape: tuple[int, ...]
    saved: tuple


def im2col(x, kernel_size, stride=1, padding=0):
    """Every window of the images as a row of a matrix.

    x: (N, C, H, W) images. kernel_size, stride, padding: a number or a (height, width) pair, in
        pixels; the border is zeros.
    Returns (N·OH·OW, kh·kw·C). Rows are ordered by image, output row, output column; the numbers of
    a row by kernel row, kernel column, channel: channels come last because a pixel's channels lie
    side by side in memory. ``w.transpose(0, 2, 3, 1).reshape(O, -1)`` puts filters (O, C, kh, kw)
    into the same order.
    Raises ``ValueError`` when the kernel does not fit, ``TypeError`` for integer images.
    """
    kernels = checked_kernels("im2col", x=x)
    check_images("im2col", x)
    return kernels.im2col(x, _geometry("im2col", x.shape, kernel_size, stride, padding))[0]


def col2im(cols, shape, kernel_size, stride=1, padding=0):
    """The adjoint of ``im2col``: adds every number of the matrix to the pixel it was copied from.

    cols: (N·OH·OW, kh·kw·C). shape: (N, C, H, W) of the images. Returns an array of that shape.
    It is not the inverse: a pixel that lies in k windows comes back k times.
    """
    kernels = checked_kernels("col2im", cols=cols)
    geometry = _geometry("col2im", shape, kernel_size, stride, padding)
    (kh, kw), (oh, ow), (n, c) = geometry.kernel, geometry.out, shape[:2]
    check_shape("col2im", "cols", cols, (n * oh * ow, kh * kw * c))
    return kernels.col2im(cols[None], tuple(shape), geometry)


def conv2d(
    x,
    w,
    b=None,
    stride=1,
    padding=0,
    groups=1,
    algorithm="auto",
    *,
    relu=False,
    filter_cache=None,
    explain=None,
):
    """Convolution. As everywhere in deep learning, filters are not flipped (cross-correlation).

    y[n,o,p,q] = b[o] + Σ_{c,i,j} w[o,c,i,j] · x[n, c, p·stride+i−padding, q·stride+j−padding]

    x: (N, C, H, W) images. w: (O, C/groups, kh, kw) filters. b: (O,) biases or None.
    stride, padding: a number or a (height, width) pair, in pixels; the border is zeros and may be
        wider than the kernel.
    groups: split channels into that many independent convolutions (AlexNet's two halves; C for
        depthwise).
    algorithm: "im2col", "winograd" (3×3, stride 1, one group, padding up to 2), "direct" (CPU), or
        "auto": the cheapest by shape and dtype, where Winograd is for float32 only. Backward uses
        the same algorithm; with "auto" it chooses one for each gradient. "textbook" (CPU, one
        group) runs ``textbook/im2col.py`` as it is, with the errors of that file.
    relu: return max(y, 0), computed while a block of y is still in the cache; backward is still
        that of the convolution alone.
    filter_cache: a dict in which Winograd's transformed filters are kept (4 times the memory of w)
        and found again, by calls with the same, unchanged w.
    explain: a function that is called with one sentence saying which algorithm was chosen and why,
        such as ``print``; the logger "minivgg.ops.conv" gets the same at level DEBUG.
    Returns y (N, O, OH, OW) with OH = ⌊(H + 2·padding − kh) / stride⌋ + 1, channels last in memory,
    and ``saved``.
    Raises ``ValueError`` for shapes that do not fit or that the algorithm cannot compute,
    ``TypeError`` for integer images or mixed dtypes, ``RuntimeError`` for arrays on two devices,
    ``MemoryError`` saying how much memory is missing.
    Source: Simonyan & Zisserman 2014, §2.1 (stride 1, 'same' padding); AlexNet §3.5 for groups.
    """
    if algorithm == "textbook":
        return _textbook_conv2d(x, w, b, stride, padding, groups, relu, explain)
    kernels = checked_kernels("conv2d", x=x, w=w, b=b)
    stride = pair(stride, "conv2d: stride", least=1)
    padding = pair(padding, "conv2d: padding")
    geometry = _conv2d_geometry(x.shape, w.shape, stride, padding, groups)
    check_shape("conv2d", "b", b, w.shape[:1])
    y = kernels.conv2d(x, w, b, geometry, algorithm, relu, filter_cache, explain)
    return y, (x, w, b is not None, geometry, algorithm)


def conv2d_backward(dy, saved, need_dx=True, *, relu=False):
    """The gradients of ``conv2d``.

    dy: (N, O, OH, OW). need_dx: False leaves dx out, for the first layer of a net.
    relu: x is the output of a ReLU, and dx is to be the gradient with respect to its input: 0 where
        x is not positive, computed while a block of dx is still in the cache.
    Returns dx (N, C, H, W) or None, dw (O, C/groups, kh, kw), db (O,) or None if there was no b.
    """
    if isinstance(saved, _TextbookSaved):
        return _textbook_conv2d_backward(dy, saved, need_dx, relu)
    x, w, has_bias, geometry, algorithm = saved
    kernels = checked_kernels("conv2d_backward", dy=dy, x=x)
    check_shape("conv2d_backward", "dy", dy, (x.shape[0], w.shape[0], *geometry.out))
    dw, db = kernels.conv2d_weight_grad(x, dy, w.shape, geometry, algorithm)
    dx = None
    if need_dx:
        relu_output = x if relu else None
        dx = kernels.conv2d_input_grad(dy, w, x.shape, geometry, algorithm, relu_output)
    return dx, dw, db if has_bias else None


def filters_channels_last(w):
    """The same filters (O, C, kh, kw), in memory (kh, kw, C, O): the order of the fastest kernels.

    Not a copy where they have that order already.
    """
    return kernels_of(w).filters_channels_last(w)


def _textbook_conv2d(x, w, b, stride, padding, groups, relu, explain):
    if backend.namespace(x, w, b) is not np:
        raise ValueError(
            "conv2d: algorithm 'textbook' is for NumPy's arrays, not for the gpu: "
            "use algorithm='auto', or move the arrays with backend.to_device(x, 'cpu')"
        )
    y, saved = textbook.conv2d(x, w, b, stride, padding, groups)
    if explain or logger.isEnabledFor(logging.DEBUG):
        report(
            f"conv2d {x.shape} {x.dtype} -> {len(w)} channels: textbook, 'textbook' was asked for",
            explain,
        )
    return np.maximum(y, 0) if relu else y, _TextbookSaved(x, y.shape, saved)


def _textbook_conv2d_backward(dy, saved, need_dx, relu):
    check_float("conv2d_backward", dy=dy, x=saved.x)
    check_shape("conv2d_backward", "dy", dy, saved.y_shape)
    dx, dw, db = textbook.conv2d_backward(dy, saved.saved)
    if relu:
        dx = np.where(saved.x > 0, dx, 0)
    return dx if need_dx else None, dw, db


def _geometry(op, shape, kernel_size, stride, padding):
    kernel = pair(kernel_size, f"{op}: the kernel size", least=1)
    stride = pair(stride, f"{op}: stride", least=1)
    padding = pair(padding, f"{op}: padding")
    return Geometry(kernel, stride, padding, 1, output_pair(op, shape, kernel, stride, padding))


@lru_cache(maxsize=1024)
def _conv2d_geometry(x_shape, w_shape, stride, padding, groups):
    """The ``Geometry`` of a convolution, after a check of all shapes."""
    check_image_shape("conv2d", x_shape)
    if len(w_shape) != 4 or 0 in w_shape:
        raise ValueError(f"conv2d: the filters have shape (O, C/groups, kh, kw), got {w_shape}")
    o, c, kh, kw = w_shape
    if groups < 1 or o % groups:
        raise ValueError(f"conv2d: {o} filters cannot be split into {groups} groups")
    if x_shape[1] != c * groups:
        raise ValueError(
            f"conv2d: the input has {x_shape[1]} channels (shape {x_shape}), "
            f"but filters of shape {w_shape} in {groups} group(s) expect {c * groups}"
        )
    out = output_pair("conv2d", x_shape, (kh, kw), stride, padding)
    return Geometry((kh, kw), stride, padding, groups, out)
