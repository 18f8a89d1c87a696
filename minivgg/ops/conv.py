"""Convolution: its meaning, im2col, and the choice between three ways to compute it.

im2col lays every window of the image out as a row of a matrix and every filter as a row of another; then all outputs are one product:

    cols = im2col(x)            (N·OH·OW, kh·kw·C)
    y    = cols · Wᵀ + b        (N·OH·OW, O), with W (O, kh·kw·C)
    dW   = dyᵀ · cols           (O, kh·kw·C), with dy (N·OH·OW, O)
    db   = Σ dy                 (O,)
    dx   = col2im(dy · W)       (N, C, H, W)

That is what the operation means and what every shape can use (``backend/cpu/conv_im2col.py`` does it block by block). 3×3 filters at stride 1
in float32 mostly take Winograd's way, a quarter of the multiplications (``backend/cpu/conv_winograd.py``); 1×1 filters and filters that see one
channel are multiplied directly (``backend/cpu/conv_direct.py``). All three agree up to rounding.
"""

import logging
from typing import NamedTuple

import numpy as np

from minivgg import backend
from minivgg.backend.cpu.cost_model import cost
from minivgg.backend.kernels import kernels_of
from minivgg.ops.shapes import check_float, check_images, check_shape, output_pair, pair

ALGORITHMS = ("auto", "im2col", "winograd", "direct")
logger = logging.getLogger(__name__)


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
    kept_filters=None,
    explain=None,
):
    """y[n,o,p,q] = b[o] + Σ_{c,i,j} w[o,c,i,j] · x[n, c, p·stride+i−padding, q·stride+j−padding]  (cross-correlation).

    x: (N, C, H, W) images. w: (O, C/groups, kh, kw) filters. b: (O,) or None.
    stride, padding: a number or a (height, width) pair, in pixels; the border is zeros and may be wider than the kernel.
    groups: split channels into that many independent convolutions (AlexNet's two halves; C for depthwise).
    algorithm: "im2col", "winograd" (3×3, stride 1, one group, padding up to 2), "direct", or "auto": the cheapest by shape and dtype,
        where Winograd is for float32 only. Backward takes the same algorithm; with "auto" it chooses anew.
    relu: return max(y, 0), taken while a block of y is still in the cache; backward is still that of the convolution alone.
    kept_filters: a dict in which Winograd's transformed filters are kept (4 times the memory of w) and looked for: for calls with the
        same, unchanged w.
    explain: a function that is called with one sentence saying which algorithm was taken and why, such as ``print``; the logger
        "minivgg.ops.conv" gets the same at level DEBUG.
    Returns y (N, O, OH, OW) with OH = ⌊(H + 2·padding − kh) / stride⌋ + 1, channels last in memory, and ``saved``.
    Raises ``ValueError`` for shapes that do not fit or that the algorithm cannot do, ``TypeError`` for integer images or mixed dtypes,
    ``MemoryError`` saying how much memory is missing.
    Source: Simonyan & Zisserman 2014, §2.1 (stride 1, 'same' padding); AlexNet §3.5 for groups.
    """
    g = _check(x, w, b, stride, padding, groups)
    kernels = kernels_of(x)
    way = _choose("conv2d", kernels, algorithm, x, w.shape[0], g, explain)
    y = kernels.convolve(x, w, b, g, way, relu=relu, kept=kept_filters)
    return y, (x, w, b is not None, g, algorithm)


def conv2d_backward(dy, saved, need_dx=True, *, relu=False):
    """Gradients of ``conv2d``: dy (N, O, OH, OW) -> dx (N, C, H, W), dw (O, C/groups, kh, kw), db (O,) or None.

    need_dx: False leaves dx out, for the first layer of a net (None is returned instead).
    relu: x came out of a ReLU, and dx is to be the gradient with respect to what went into that: 0 where x is not positive, which
        costs less while a block of dx is still in the cache.
    """
    x, w, has_bias, g, algorithm = saved
    backend.namespace(x, w, dy)
    n, o = x.shape[0], w.shape[0]
    check_float("conv2d_backward", dy=dy, x=x)
    check_shape("conv2d_backward", "dy", dy, (n, o, *g.out))
    kernels = kernels_of(x)
    dw, db = kernels.filter_gradient(
        x, dy, w, g, _choose("conv2d_backward, dw", kernels, algorithm, x, o, g)
    )
    if not has_bias:
        db = None
    if not need_dx:
        return None, dw, db
    turned = g._replace(out=x.shape[2:])
    way = _choose("conv2d_backward, dx", kernels, algorithm, dy, x.shape[1], turned)
    return kernels.input_gradient(dy, w, x.shape, g, way, gate=x if relu else None), dw, db


def filters_channels_last(w):
    """The same filters (O, C, kh, kw), in memory (kh, kw, C, O), the order that convolution likes best: no copy where they have it."""
    return kernels_of(w).filters_last(w).transpose(3, 2, 0, 1)


def _choose(op, kernels, algorithm, x, o, g, explain=None):
    """Which way to compute a convolution of x to o channels: "im2col", "direct", or the m of Winograd's F(m×m, 3×3)."""
    if algorithm not in ALGORITHMS:
        raise ValueError(
            f"{op}: unknown algorithm {algorithm!r}: there are {', '.join(map(repr, ALGORITHMS))}"
        )
    n, c = x.shape[:2]
    fits = g.kernel == (3, 3) and g.stride == (1, 1) and g.groups == 1 and max(g.padding) <= 2
    if algorithm == "winograd" and not fits:
        raise ValueError(
            f"{op}: Winograd's algorithm is for 3×3 filters at stride 1 in one group with padding up to 2, not for "
            f"{g.kernel[0]}×{g.kernel[1]} at stride {g.stride} in {g.groups} group(s) with padding {g.padding}: use algorithm='auto'"
        )
    names = {way: "winograd" if isinstance(way, int) else way for way in kernels.WAYS}
    allowed = [way for way in kernels.WAYS if names[way] == algorithm]
    if algorithm == "auto":
        allowed = [
            way
            for way in kernels.WAYS
            if names[way] != "winograd" or (fits and x.dtype == np.float32)
        ]
    if not allowed:
        raise ValueError(
            f"{op}: algorithm {algorithm!r} does not exist on the {backend.device_of(x)} yet: use algorithm='auto'"
        )
    costs = {way: cost(way, max(1, n), c, o, g) for way in allowed}
    chosen = min(costs, key=costs.get)
    if explain or logger.isEnabledFor(logging.DEBUG):
        _explain(
            f"{op} {tuple(x.shape)} {x.dtype} -> {o} channels: {_name(chosen)}, {algorithm!r} was asked for",
            costs,
            explain,
        )
    return chosen


def _explain(sentence, costs, explain):
    table = ", ".join(
        f"{_name(way)} {nanoseconds / 1e6:.3g}"
        for way, nanoseconds in sorted(costs.items(), key=lambda item: item[1])
    )
    sentence += f" (cost table, ms on one thread: {table})"
    logger.debug(sentence)
    if explain:
        explain(sentence)


def _name(way):
    return f"winograd F({way}×{way}, 3×3)" if isinstance(way, int) else way


def _geometry(op, shape, kernel_size, stride, padding, groups=1):
    kernel = pair(kernel_size, f"{op}: the kernel size", least=1)
    stride = pair(stride, f"{op}: stride", least=1)
    padding = pair(padding, f"{op}: padding")
    return Geometry(
        kernel, stride, padding, groups, output_pair(op, shape, kernel, stride, padding)
    )


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
