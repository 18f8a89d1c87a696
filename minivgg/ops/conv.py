"""Convolution as one matrix product: im2col, multiply, and the same backwards with col2im.

Every window of the image becomes a row of a matrix, every filter a row of another; then all outputs are one product.

    cols = im2col(x)            (N·OH·OW, kh·kw·C)
    y    = cols · Wᵀ + b        (N·OH·OW, O), with W (O, kh·kw·C)
    dW   = dyᵀ · cols           (O, kh·kw·C), with dy (N·OH·OW, O)
    db   = Σ dy                 (O,)
    dx   = col2im(dy · W)       (N, C, H, W)

The matrix repeats each pixel kh·kw times, so it is made for a few images at a time and made again in backward:
memory stays small, and the sums over those blocks are taken in a fixed order, so results repeat to the bit.
"""

from typing import NamedTuple

from minivgg import backend
from minivgg.kernels import kernels_of
from minivgg.ops.shapes import check_float, check_images, check_shape, output_pair, pair

BLOCK_BYTES = 2 << 20  # of im2col matrix at a time: about what a core's cache holds


class Geometry(NamedTuple):
    """Where the windows of a convolution stand: pairs (height, width), and into how many groups channels are split."""

    kernel: tuple
    stride: tuple
    padding: tuple
    groups: int
    out: tuple


def im2col(x, kernel_size, stride=1, padding=0):
    """Every window of the images as a row of a matrix.

    x: (N, C, H, W) images. kernel_size, stride, padding: a number or a (height, width) pair; the border is zeros.
    Returns (N·OH·OW, kh·kw·C). Rows run over image, output row, output column; within a row the order is kernel row, kernel
    column, channel: channels come last because a pixel's channels lie side by side in memory. ``w.transpose(0, 2, 3, 1).reshape(O, -1)``
    puts filters (O, C, kh, kw) into the same order.
    Raises ``ValueError`` when the kernel does not fit, ``TypeError`` for integer images.
    """
    check_images("im2col", x)
    g = _geometry("im2col", x.shape, kernel_size, stride, padding)
    return kernels_of(x).im2col(x, *g)[0]


def col2im(cols, shape, kernel_size, stride=1, padding=0):
    """The adjoint of ``im2col``: adds every number of the matrix to the pixel it was read from.

    cols: (N·OH·OW, kh·kw·C). shape: (N, C, H, W) of the images. Returns an array of that shape.
    It is not the inverse: a pixel that k windows see comes back k times.
    """
    check_float("col2im", cols=cols)
    g = _geometry("col2im", shape, kernel_size, stride, padding)
    n, c = shape[:2]
    check_shape("col2im", "cols", cols, (n * g.out[0] * g.out[1], g.kernel[0] * g.kernel[1] * c))
    return kernels_of(cols).col2im(cols[None], tuple(shape), g.kernel, g.stride, g.padding, g.out)


def conv2d(x, w, b=None, stride=1, padding=0, groups=1):
    """y[n,o,p,q] = b[o] + Σ_{c,i,j} w[o,c,i,j] · x[n, c, p·stride+i−padding, q·stride+j−padding]  (cross-correlation).

    x: (N, C, H, W) images. w: (O, C/groups, kh, kw) filters. b: (O,) or None.
    stride, padding: a number or a (height, width) pair, in pixels; the border is zeros and may be wider than the kernel.
    groups: split channels into that many independent convolutions (AlexNet's two halves; C for depthwise).
    Returns y (N, O, OH, OW) with OH = ⌊(H + 2·padding − kh) / stride⌋ + 1, channels last in memory, and ``saved``.
    Raises ``ValueError`` for shapes that do not fit and ``TypeError`` for integer images or mixed dtypes.
    Source: Simonyan & Zisserman 2014, §2.1 (stride 1, 'same' padding); AlexNet §3.5 for groups.
    """
    g = _check(x, w, b, stride, padding, groups)
    xp = backend.namespace(x)
    n, o = x.shape[0], w.shape[0]
    filters = _filter_matrix(w, groups)
    y = xp.empty((n, *g.out, o), x.dtype)
    for block in _blocks(x, g):  # slices of images; with one group, the two lines below are cols · Wᵀ
        cols = kernels_of(x).im2col(x[block], *g)  # (groups, rows, kh·kw·C/groups)
        products = xp.matmul(cols, filters.transpose(0, 2, 1))  # (groups, rows, O/groups)
        y[block] = products.transpose(1, 0, 2).reshape(-1, *g.out, o)
    if b is not None:
        y += b
    return y.transpose(0, 3, 1, 2), (x, w, b is not None, g)


def conv2d_backward(dy, saved):
    """Gradients of ``conv2d``: dy (N, O, OH, OW) -> dx (N, C, H, W), dw (O, C/groups, kh, kw), db (O,) or None."""
    x, w, has_bias, g = saved
    xp = backend.namespace(x, w, dy)
    n, o = x.shape[0], w.shape[0]
    check_float("conv2d_backward", dy=dy, x=x)
    check_shape("conv2d_backward", "dy", dy, (n, o, *g.out))
    dy = dy.transpose(0, 2, 3, 1)
    filters = _filter_matrix(w, g.groups)
    dfilters = xp.zeros_like(filters)
    dx = xp.empty((n, *x.shape[2:], x.shape[1]), x.dtype)
    for block in _blocks(x, g):
        cols = kernels_of(x).im2col(x[block], *g)
        rows = dy[block].reshape(-1, g.groups, o // g.groups).transpose(1, 0, 2)  # (groups, rows, O/groups)
        dfilters += xp.matmul(rows.transpose(0, 2, 1), cols)
        dcols = xp.matmul(rows, filters)
        part = kernels_of(x).col2im(dcols, x[block].shape, g.kernel, g.stride, g.padding, g.out)
        dx[block] = part.transpose(0, 2, 3, 1)
    dw = dfilters.reshape(o, *g.kernel, w.shape[1]).transpose(0, 3, 1, 2)
    db = dy.sum(axis=(1, 2)).sum(axis=0) if has_bias else None  # per image first: shorter sums round less
    return dx.transpose(0, 3, 1, 2), xp.ascontiguousarray(dw), db


def _filter_matrix(w, groups):
    """(O, C/groups, kh, kw) -> (groups, O/groups, kh·kw·C/groups), in the order of im2col's rows."""
    o, c, kh, kw = w.shape
    return w.transpose(0, 2, 3, 1).reshape(groups, o // groups, kh * kw * c)


def _blocks(x, g):
    """Slices of a few images each, cut by shape alone, so that one block's matrix is about BLOCK_BYTES."""
    bytes_per_image = g.out[0] * g.out[1] * g.kernel[0] * g.kernel[1] * x.shape[1] * x.itemsize
    step = max(1, BLOCK_BYTES // bytes_per_image)
    return [slice(start, start + step) for start in range(0, x.shape[0], step)]


def _geometry(op, shape, kernel_size, stride, padding, groups=1):
    kernel = pair(kernel_size, f"{op}: the kernel size", least=1)
    stride = pair(stride, f"{op}: stride", least=1)
    padding = pair(padding, f"{op}: padding")
    return Geometry(kernel, stride, padding, groups, output_pair(op, shape, kernel, stride, padding))


def _check(x, w, b, stride, padding, groups):
    check_images("conv2d", x)
    check_float("conv2d", x=x, w=w, b=b)
    if w.ndim != 4 or 0 in w.shape:
        raise ValueError(f"conv2d: the filters have shape (O, C/groups, kh, kw), got {w.shape}")
    if groups < 1 or w.shape[0] % groups:
        raise ValueError(f"conv2d: {w.shape[0]} filters cannot be split into {groups} groups")
    if x.shape[1] != w.shape[1] * groups:
        raise ValueError(
            f"conv2d: the input has {x.shape[1]} channels (shape {x.shape}), but filters of shape {w.shape} in {groups} group(s) "
            f"expect {w.shape[1] * groups}"
        )
    check_shape("conv2d", "b", b, (w.shape[0],))
    return _geometry("conv2d", x.shape, w.shape[2:], stride, padding, groups)
