"""Convolution: what it means, and its gradients.

im2col copies every window of the images into a row of a matrix; with a filter in each row of
another matrix, all outputs are one product::

    cols = im2col(x)            (N·OH·OW, kh·kw·C)
    y    = cols · Fᵀ + b        (N·OH·OW, O), with F (O, kh·kw·C): w in the order of cols
    dF   = dyᵀ · cols           (O, kh·kw·C), with dy (N·OH·OW, O)
    db   = Σ dy                 (O,)
    dx   = col2im(dy · F)       (N, C, H, W)

Here arguments are checked. The product itself is computed in

- ``textbook/im2col.py``: written as above, for reading; algorithm="textbook" runs it;
- ``backend/cpu/conv_im2col.py``: the same, block by block, for every shape;
- ``backend/cpu/conv_winograd.py``: for 3×3 filters at stride 1 in float32, with a quarter of the
  multiplications (not with a dilation);
- ``backend/cpu/conv_direct.py``: for 1×1 filters and filters that see one channel;
- ``backend/cuda``: im2col, Winograd, and the direct algorithm for few channels, for the GPU.

``backend/conv_algorithms.py`` chooses between them. All give the same result up to rounding.
"""

import logging
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from minivgg import backend
from minivgg.backend import Array, Saved, Shape, Size
from minivgg.backend.conv_algorithms import NAMES as ALGORITHMS
from minivgg.backend.conv_algorithms import Explain, logger, report
from minivgg.backend.geometry import Geometry, window_size
from minivgg.backend.winograd import FilterCache
from minivgg.ops.pooling import max_pool2d
from minivgg.ops.shapes import (
    check_float,
    check_image_shape,
    check_images,
    check_present,
    check_shape,
    checked_kernels,
    native,
    output_pair,
    pair,
    same_padding,
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


Padding: TypeAlias = Size | Literal["same"]
AlgorithmName: TypeAlias = Literal["auto", "im2col", "winograd", "direct", "textbook"]


class _TextbookSaved(NamedTuple):
    """``saved`` of a convolution by the textbook."""

    x: np.ndarray
    y_shape: Shape
    saved: Saved


def im2col(
    x: Array, kernel_size: Size, stride: Size = 1, padding: Size = 0, dilation: Size = 1
) -> Array:
    """Copy every window of the images into a row of a matrix.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Images, float32 or float64.
    kernel_size, stride, padding, dilation : int or (int, int)
        In pixels; a pair is (height, width). The border is zeros.

    Returns
    -------
    cols : array of shape (N·OH·OW, kh·kw·C)
        Rows are ordered by image, output row, output column; the numbers of a row by kernel row,
        kernel column, channel.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image.
    TypeError
        If the images are integers.

    Notes
    -----
    Channels come last because a pixel's channels lie side by side in memory.
    ``w.transpose(0, 2, 3, 1).reshape(O, -1)`` puts filters (O, C, kh, kw) into the same order.

    Examples
    --------
    >>> from minivgg import ops
    >>> x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    >>> ops.im2col(x, kernel_size=2)
    array([[1., 2., 4., 5.],
           [2., 3., 5., 6.],
           [4., 5., 7., 8.],
           [5., 6., 8., 9.]])
    """
    kernels = checked_kernels("im2col", x=x)
    check_images("im2col", x)
    geometry = _geometry("im2col", x.shape, kernel_size, stride, padding, dilation)
    return kernels.im2col(native(x), geometry)[0]


def col2im(
    cols: Array,
    shape: Shape,
    kernel_size: Size,
    stride: Size = 1,
    padding: Size = 0,
    dilation: Size = 1,
) -> Array:
    """The adjoint of ``im2col``: add every number of the matrix to the pixel it was copied from.

    It is not the inverse: a pixel that lies in k windows comes back k times.

    Parameters
    ----------
    cols : array of shape (N·OH·OW, kh·kw·C)
        Float32 or float64, in the order of ``im2col``.
    shape : tuple
        (N, C, H, W) of the images.
    kernel_size, stride, padding, dilation : int or (int, int)
        As for ``im2col``.

    Returns
    -------
    x : array of shape (N, C, H, W)
        0 at pixels in no window. What belongs to the padding is dropped.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image, or cols has another shape.
    TypeError
        If cols are integers.
    """
    kernels = checked_kernels("col2im", cols=cols)
    check_image_shape("col2im", shape)
    geometry = _geometry("col2im", shape, kernel_size, stride, padding, dilation)
    (kh, kw), (oh, ow), (n, c) = geometry.kernel, geometry.out, shape[:2]
    check_shape("col2im", "cols", cols, (n * oh * ow, kh * kw * c))
    return kernels.col2im(native(cols)[None], tuple(shape), geometry)


def conv2d(
    x: Array,
    w: Array,
    b: Array | None = None,
    stride: Size = 1,
    padding: Padding = 0,
    groups: int = 1,
    algorithm: AlgorithmName = "auto",
    *,
    dilation: Size = 1,
    relu: bool = False,
    pool: bool = False,
    filter_cache: FilterCache | None = None,
    explain: Explain | None = None,
) -> tuple[Array, Saved]:
    """Convolution; as everywhere in deep learning, the filters are not flipped (cross-correlation).

    y[n,o,p,q] = b[o] + Σ_{c,i,j} w[o,c,i,j] · x[n, c, p·s + i·d − padding, q·s + j·d − padding]
    with the stride s and the dilation d.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Images, float32 or float64.
    w : array of shape (O, C/groups, kh, kw)
        Filters, of the dtype of x.
    b : array of shape (O,), optional
        Biases, of the dtype of x.
    stride, padding : int or (int, int)
        In pixels; a pair is (height, width). The border is zeros and may be wider than the kernel.
        The padding "same", for stride 1, keeps the size of the images: dilation·(kh − 1) rows in
        all, of which an odd one is at the end, and columns likewise.
    groups : int
        Into how many independent convolutions the channels are split (AlexNet's two halves; C for
        depthwise).
    algorithm : {"auto", "im2col", "winograd", "direct", "textbook"}
        "auto" is the cheapest by shape and dtype, where Winograd is for float32 only. "winograd"
        is for 3×3 filters at stride 1 in one group with padding up to 2 and dilation 1, "direct"
        for the CPU. Backward uses the same algorithm; with "auto" it chooses one for each gradient.
        "textbook" (CPU, one group, dilation 1) runs ``textbook/im2col.py`` as it is, with the
        errors of that file.
    dilation : int or (int, int)
        The distance in pixels between the pixels that neighbouring weights of a filter see
        (à trous): a filter spans dilation·(kh − 1) + 1 rows.
    relu : bool
        Whether to return max(y, 0), computed while a block of y is still in the cache; backward is
        still that of the convolution alone.
    pool : bool
        Whether to return the largest of each 2×2 pixels of that, like ``max_pool2d(y, 2)``,
        computed while a block of y is still in the cache. Then there is no backward.
    filter_cache : dict, optional
        Winograd's transformed filters are kept in it (4 times the memory of w) and found again, by
        calls with the same, unchanged w. On the CPU, large filters have one layout for few tiles
        and another for many; after calls with both, both are kept.
    explain : callable, optional
        Called with one sentence that says which algorithm was chosen and why; ``print``, for
        example. The logger "minivgg.ops.conv" gets the same at level DEBUG.

    Returns
    -------
    y : array of shape (N, O, OH, OW)
        OH = ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1, OW likewise. Channels last in
        memory. With ``pool`` (N, O, OH//2, OW//2).
    saved : tuple
        What ``conv2d_backward`` needs; empty with ``pool``.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the algorithm cannot compute this convolution.
    TypeError
        If the arrays are not all float32 or all float64.
    RuntimeError
        If the arrays are on two devices.
    MemoryError
        If memory runs out; it says how much is missing.

    Notes
    -----
    NaN and infinity are in the same results with every algorithm on the CPU: Winograd, which would
    spread them over a tile of 4×4 outputs, leaves such images to im2col. On the GPU it spreads
    them, since to look for them would be to wait for the GPU.

    References
    ----------
    Simonyan & Zisserman 2014, §2.1: stride 1, padding such that OH = H and OW = W. Krizhevsky et
    al. 2012 (AlexNet), §3.5, for groups. Yu & Koltun 2016, Multi-scale context aggregation by
    dilated convolutions, §2, for dilation.

    Examples
    --------
    >>> from minivgg import ops
    >>> x, w = np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3))
    >>> y, saved = ops.conv2d(x, w, b=np.array([100.0]), padding=1)
    >>> y[0, 0]  # how many pixels each window sees, and the bias
    array([[104., 106., 106., 104.],
           [106., 109., 109., 106.],
           [106., 109., 109., 106.],
           [104., 106., 106., 104.]])
    """
    if algorithm == "textbook":
        y, saved = _textbook_conv2d(x, w, b, stride, padding, groups, dilation, relu, explain)
        return (max_pool2d(y, 2)[0], ()) if pool else (y, saved)
    kernels = checked_kernels("conv2d", {"b": b}, x=x, w=w)
    x, w, b = native(x), native(w), None if b is None else native(b)
    stride = pair(stride, "conv2d: stride", least=1)
    padding = checked_padding(padding, "conv2d")
    dilation = pair(dilation, "conv2d: dilation", least=1)
    geometry = _conv2d_geometry(x.shape, w.shape, stride, padding, groups, dilation)
    check_shape("conv2d", "b", b, w.shape[:1])
    if pool:
        output_pair("max_pool2d", (*x.shape[:2], *geometry.out), (2, 2), (2, 2), (0, 0))
    y = kernels.conv2d(x, w, b, geometry, algorithm, relu, pool, filter_cache, explain)
    return y, () if pool else (x, w, b is not None, geometry, algorithm)


def conv2d_backward(
    dy: Array, saved: Saved, need_dx: bool = True, *, need_dw: bool = True, relu: bool = False
) -> tuple[Array | None, Array | None, Array | None]:
    """The gradients of ``conv2d``.

    Parameters
    ----------
    dy : array of shape (N, O, OH, OW)
        The gradient of the loss with respect to y.
    saved : tuple
        From ``conv2d``.
    need_dx : bool
        False leaves dx out, for the first layer of a net.
    need_dw : bool
        False leaves dw and db out, where the filters are not learned.
    relu : bool
        Whether x is the output of a ReLU, and dx is to be the gradient with respect to its input:
        0 where x is not positive, computed while a block of dx is still in the cache.

    Returns
    -------
    dx : array of shape (N, C, H, W), or None
        None without ``need_dx``.
    dw : array of shape (O, C/groups, kh, kw), or None
        The gradient of the loss with respect to w; None without ``need_dw``.
    db : array of shape (O,), or None
        None if there was no b, or without ``need_dw``.

    Examples
    --------
    >>> from minivgg import ops
    >>> x, w = np.arange(1.0, 10).reshape(1, 1, 3, 3), np.array([[[[1.0, 2], [3, 4]]]])
    >>> y, saved = ops.conv2d(x, w, np.zeros(1))
    >>> dx, dw, db = ops.conv2d_backward(np.ones_like(y), saved)
    >>> dw[0, 0]  # the first weight met the pixels 1, 2, 4, 5
    array([[12., 16.],
           [24., 28.]])
    >>> db  # the bias is in all four outputs
    array([4.])
    """
    if saved == ():
        raise ValueError("conv2d_backward: conv2d saves nothing with pool=True")
    if isinstance(saved, _TextbookSaved):
        return _textbook_conv2d_backward(dy, saved, need_dx, need_dw, relu)
    x, w, has_bias, geometry, algorithm = saved
    kernels = checked_kernels("conv2d_backward", dy=dy, x=x)
    check_shape("conv2d_backward", "dy", dy, (x.shape[0], w.shape[0], *geometry.out))
    dy = native(dy)
    dx = dw = db = None
    if need_dw:
        dw, db = kernels.conv2d_weight_grad(x, dy, w.shape, geometry, algorithm)
    if need_dx:
        relu_output = x if relu else None
        dx = kernels.conv2d_input_grad(dy, w, x.shape, geometry, algorithm, relu_output)
    return dx, dw, db if has_bias else None


def filters_channels_last(w: Array) -> Array:
    """The same filters, in the memory order of the fastest kernels.

    Parameters
    ----------
    w : array of shape (O, C, kh, kw)
        Filters.

    Returns
    -------
    w : array of shape (O, C, kh, kw)
        In memory (kh, kw, C, O). Not a copy where the filters have that order already.

    Raises
    ------
    ValueError
        If w does not have four axes.
    TypeError
        If w is not float32 or float64.
    """
    kernels = checked_kernels("filters_channels_last", w=w)
    if w.ndim != 4:
        raise ValueError(
            f"filters_channels_last: the filters have shape (O, C, kh, kw), got {w.shape}"
        )
    return kernels.filters_channels_last(native(w))


def _textbook_conv2d(
    x: Array,
    w: Array,
    b: Array | None,
    stride: Size,
    padding: Padding,
    groups: int,
    dilation: Size,
    relu: bool,
    explain: Explain | None,
) -> tuple[Array, Saved]:
    if x is None or w is None:
        check_present("conv2d", x=x, w=w)
    if backend.namespace(x, w, b) is not np:
        raise ValueError(
            "conv2d: algorithm 'textbook' is for NumPy's arrays, not for the gpu: "
            "use algorithm='auto', or move the arrays with backend.to_device(x, 'cpu')"
        )
    if dilation not in (1, (1, 1), [1, 1]):
        raise ValueError(
            "conv2d: algorithm 'textbook' has no dilation (textbook/loops.py has its formula): use "
            "algorithm='auto'"
        )
    if isinstance(padding, str):
        checked_padding(padding, "conv2d")  # raises for another word
        padding = _padding_of_textbook(w.shape, stride)
    y, saved = textbook.conv2d(x, w, b, stride, padding, groups)
    if explain or logger.isEnabledFor(logging.DEBUG):
        report(
            f"conv2d {x.shape} {x.dtype} -> {len(w)} channels: textbook, 'textbook' was asked for",
            explain,
        )
    return np.maximum(y, 0) if relu else y, _TextbookSaved(x, y.shape, saved)


def _padding_of_textbook(w_shape: Shape, stride: Size) -> Size:
    """The padding in pixels that keeps the size of the images."""
    kernel = w_shape[2], w_shape[3]
    if not (kernel[0] % 2 and kernel[1] % 2):
        raise ValueError(
            "conv2d: algorithm 'textbook' pads both ends alike, which cannot keep the size with a "
            f"kernel of {kernel[0]}×{kernel[1]}: use algorithm='auto'"
        )
    return same_padding(kernel, pair(stride, "conv2d: stride", least=1), "conv2d")


def _textbook_conv2d_backward(
    dy: Array, saved: _TextbookSaved, need_dx: bool, need_dw: bool, relu: bool
) -> tuple[Array | None, Array | None, Array | None]:
    check_float("conv2d_backward", dy=dy, x=saved.x)
    check_shape("conv2d_backward", "dy", dy, saved.y_shape)
    dx, dw, db = textbook.conv2d_backward(dy, saved.saved)
    if relu:
        dx = np.where(saved.x > 0, dx, 0)
    return dx if need_dx else None, dw if need_dw else None, db if need_dw else None


def checked_padding(padding: Padding, op: str) -> tuple[int, int] | Literal["same"]:
    """The padding as a pair, or "same".

    Parameters
    ----------
    padding : int, (int, int) or "same"
        As for ``conv2d``.
    op : str
        What has the padding, for errors.

    Returns
    -------
    padding : (int, int) or "same"
        Height and width.

    Raises
    ------
    TypeError
        If it is something else.
    ValueError
        If a number is below 0, or it is another word.
    """
    if isinstance(padding, str):
        if padding != "same":
            raise ValueError(
                f"{op}: padding must be a number of pixels, a pair (height, width) or 'same', got "
                f"{padding!r}"
            )
        return padding
    return pair(padding, f"{op}: padding")


def _geometry(
    op: str, shape: Shape, kernel_size: Size, stride: Size, padding: Size, dilation: Size
) -> Geometry:
    kernel = pair(kernel_size, f"{op}: the kernel size", least=1)
    stride = pair(stride, f"{op}: stride", least=1)
    padding = pair(padding, f"{op}: padding")
    dilation = pair(dilation, f"{op}: dilation", least=1)
    out = output_pair(op, shape, kernel, stride, padding, dilation=dilation)
    return Geometry(kernel, stride, padding, 1, out, dilation)


@lru_cache(maxsize=1024)
def _conv2d_geometry(
    x_shape: Shape,
    w_shape: Shape,
    stride: tuple[int, int],
    padding: tuple[int, int] | Literal["same"],
    groups: int,
    dilation: tuple[int, int],
) -> Geometry:
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
    if isinstance(padding, str):
        before = same_padding(window_size((kh, kw), dilation), stride, "conv2d")
        return Geometry((kh, kw), stride, before, groups, (x_shape[2], x_shape[3]), dilation)
    out = output_pair("conv2d", x_shape, (kh, kw), stride, padding, dilation=dilation)
    return Geometry((kh, kw), stride, padding, groups, out, dilation)
