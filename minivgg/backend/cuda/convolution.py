"""Convolution on the GPU: im2col or Winograd around one cuBLAS product."""

from functools import cache

from minivgg.backend import devices, memory_pool
from minivgg.backend.blocks import parts
from minivgg.backend.cuda.elementwise import relu_gradient
from minivgg.backend.cuda.launch import launch
from minivgg.backend.cuda.normalization import sum_by_channel
from minivgg.backend.windows import channels_last
from minivgg.backend.winograd import kept_or_made, matrices, tiling

WAYS = ("im2col", 2, 4)
BLOCK_BYTES = (
    256 << 20
)  # of im2col's matrix, or of Winograd's tiles, at a time: far less than a GPU's memory, enough to keep it busy


def convolve(x, w, b, g, way, relu=False, kept=None):
    """y (N, O, OH, OW) of x (N, C, H, W), w (O, C/groups, kh, kw) and b (O,) or None, with ReLU where asked for.

    kept: a dict where transformed filters of the same w may be, and are put.
    """
    pixels, (n, o) = channels_last(x), (x.shape[0], w.shape[0])
    y = memory_pool.new(x, (n, *g.out, o))
    if isinstance(way, int):
        u = kept_or_made(kept, way, lambda: _transform(filters_last(w), way))
        _winograd(pixels, u, b, None, relu, tiling(x.shape, g.padding, way), y)
        return y.transpose(0, 3, 1, 2)
    filters = _filter_matrix(w, g.groups).transpose(0, 2, 1)
    for images in _blocks(n, g, x.shape[1], x):
        cols = _im2col(pixels[images], *g)
        target = y[images].reshape(-1, g.groups, o // g.groups).transpose(1, 0, 2)
        target[...] = devices.namespace(x).matmul(cols, filters)
    if b is not None or relu:
        launch("elementwise", "bias_relu", y.size, y, b, y, o, relu)
    return y.transpose(0, 3, 1, 2)


def input_gradient(dy, w, shape, g, way, gate=None):
    """dx (N, C, H, W) = ``shape`` from dy (N, O, OH, OW); 0 where ``gate`` of that shape is given and not positive."""
    grads, (n, c, h, width) = channels_last(dy), shape
    dx, positive = (
        memory_pool.new(dy, (n, h, width, c)),
        None if gate is None else channels_last(gate),
    )
    if isinstance(
        way, int
    ):  # the windows that a pixel was seen by, in reverse: a convolution with filters turned by 180°, O -> C channels
        u = _transform(filters_last(w)[::-1, ::-1].swapaxes(2, 3), way)
        _winograd(
            grads, u, None, positive, False, tiling(dy.shape, [2 - p for p in g.padding], way), dx
        )
        return dx.transpose(0, 3, 1, 2)
    filters = _filter_matrix(w, g.groups)
    for images in _blocks(n, g, c, dy):
        cols = devices.namespace(dy).matmul(_rows(grads[images], g), filters)
        _col2im(cols, dx[images], g.kernel, g.stride, g.padding, g.out)
    if gate is not None:
        relu_gradient(positive, dx, dx)
    return dx.transpose(0, 3, 1, 2)


def filter_gradient(x, dy, w, g, way):
    """dw (O, C/groups, kh, kw), in memory (kh, kw, C/groups, O), and db (O,) = Σ dy."""
    xp, pixels, grads, (o, c, kh, kw) = (
        devices.namespace(x),
        channels_last(x),
        channels_last(dy),
        w.shape,
    )
    db = sum_by_channel(dy)
    if isinstance(way, int):
        return _winograd_filter_gradient(pixels, grads, tiling(x.shape, g.padding, way)).transpose(
            3, 2, 0, 1
        ), db
    total = xp.zeros((g.groups, kh * kw * c, o // g.groups), x.dtype)
    for images in _blocks(x.shape[0], g, x.shape[1], x):
        total += xp.matmul(_im2col(pixels[images], *g).transpose(0, 2, 1), _rows(grads[images], g))
    dw = xp.ascontiguousarray(
        total.reshape(g.groups, kh, kw, c, o // g.groups).transpose(1, 2, 3, 0, 4)
    ).reshape(kh, kw, c, o)
    return dw.transpose(3, 2, 0, 1), db


def filters_last(w):
    """w (O, C, kh, kw) -> contiguous (kh, kw, C, O)."""
    return devices.namespace(w).ascontiguousarray(w.transpose(2, 3, 1, 0))


def im2col(x, kernel, stride, padding, groups, out):
    """Every window of x (N, C, H, W) as a row: (groups, N·OH·OW, kh·kw·C/groups), each (kernel row, kernel column, channel)."""
    return _im2col(channels_last(x), kernel, stride, padding, groups, out)


def col2im(cols, shape, kernel, stride, padding, out):
    """The adjoint of ``im2col``: cols (groups, N·OH·OW, kh·kw·C/groups) -> (N, C, H, W) = ``shape``."""
    n, c, h, w = shape
    dx = memory_pool.new(cols, (n, h, w, c))
    _col2im(cols, dx, kernel, stride, padding, out)
    return dx.transpose(0, 3, 1, 2)


def _im2col(pixels, kernel, stride, padding, groups, out):
    n, per_group = len(pixels), pixels.shape[3] // groups
    cols = memory_pool.new(pixels, (groups, n * out[0] * out[1], kernel[0] * kernel[1] * per_group))
    launch(
        "windows",
        "im2col",
        cols.size,
        pixels,
        cols,
        *pixels.shape[1:],
        per_group,
        *out,
        *kernel,
        *stride,
        *padding,
    )
    return cols


def _col2im(cols, dx, kernel, stride, padding, out):
    launch(
        "windows",
        "col2im",
        dx.size,
        cols,
        dx,
        *dx.shape[1:],
        dx.shape[3] // cols.shape[0],
        *out,
        *kernel,
        *stride,
        *padding,
    )


def _rows(grads, g):
    """grads (n, OH, OW, O) -> (groups, n·OH·OW, O/groups)."""
    return grads.reshape(-1, g.groups, grads.shape[3] // g.groups).transpose(1, 0, 2)


def _filter_matrix(w, groups):
    """(O, C/groups, kh, kw) -> (groups, O/groups, kh·kw·C/groups), in the order of im2col's rows."""
    o, c, kh, kw = w.shape
    return w.transpose(0, 2, 3, 1).reshape(groups, o // groups, kh * kw * c)


def _blocks(n, g, c, like):
    """Slices of images whose im2col matrix has about BLOCK_BYTES."""
    return parts(
        n,
        BLOCK_BYTES // max(1, g.out[0] * g.out[1] * g.kernel[0] * g.kernel[1] * c * like.itemsize),
    )


# ---------------------------------------------------------------------------------------------- Winograd


def _transform(filters, m):
    """filters (3, 3, C, O) -> G w Gᵀ for each pair of channels, ((m+2)², C, O)."""
    filters = devices.namespace(filters).ascontiguousarray(filters)
    _, _, c, o = filters.shape
    u = memory_pool.new(filters, ((m + 2) ** 2, c, o))
    launch("winograd", "cut_filters", c * o, filters, u, **constants(m, filters.dtype))
    return u


def _winograd(pixels, u, b, gate, relu, t, y):
    """Fill y (N, OH, OW, O): the convolution of pixels (N, H, W, C) with the transformed filters u, plus b, with ReLU, where gate > 0."""
    xp, (n, h, w, c), o = devices.namespace(pixels), pixels.shape, y.shape[3]
    for images in _blocks_of_tiles(n, t, c + o, pixels):
        some = pixels[images]
        tiles = len(some) * t.rows * t.columns
        v = memory_pool.new(pixels, (u.shape[0], tiles, c))
        launch(
            "winograd",
            "cut",
            tiles * c,
            some,
            v,
            h,
            w,
            c,
            t.rows,
            t.columns,
            *t.padding,
            **constants(t.m, pixels.dtype),
        )
        p = xp.matmul(v, u)
        some_gate = None if gate is None else gate[images]
        launch(
            "winograd",
            "paste",
            tiles * o,
            p,
            b,
            some_gate,
            y[images],
            *t.out,
            o,
            t.rows,
            t.columns,
            relu,
            **constants(t.m, y.dtype),
        )


def _winograd_filter_gradient(pixels, grads, t):
    """dw (3, 3, C, O) = Gᵀ [ Σ over tiles (Bᵀ d B)ᵀ (A dy Aᵀ) ] G."""
    xp, (n, h, w, c), o = devices.namespace(pixels), pixels.shape, grads.shape[3]
    total, defines = xp.zeros(((t.m + 2) ** 2, c, o), pixels.dtype), constants(t.m, pixels.dtype)
    for images in _blocks_of_tiles(n, t, c + o, pixels):
        tiles = len(pixels[images]) * t.rows * t.columns
        d, e = (memory_pool.new(pixels, ((t.m + 2) ** 2, tiles, channels)) for channels in (c, o))
        launch(
            "winograd",
            "cut",
            tiles * c,
            pixels[images],
            d,
            h,
            w,
            c,
            t.rows,
            t.columns,
            *t.padding,
            **defines,
        )
        launch(
            "winograd",
            "cut_outputs",
            tiles * o,
            grads[images],
            e,
            *t.out,
            o,
            t.rows,
            t.columns,
            **defines,
        )
        total += xp.matmul(d.transpose(0, 2, 1), e)
    dw = memory_pool.new(pixels, (3, 3, c, o))
    launch("winograd", "paste_filters", c * o, total, dw, **defines)
    return dw


@cache
def constants(m, dtype):
    """What winograd.cu wants in front of it."""
    a_t, b_t, g = matrices(m, dtype)
    written = {"AT": a_t, "A": a_t.T, "BT": b_t, "G": g, "GT": g.T}
    return {"M": m, "K": m + 2} | {name: _braces(matrix) for name, matrix in written.items()}


def _braces(matrix):
    return (
        "{" + ", ".join("{" + ", ".join(repr(float(a)) for a in row) + "}" for row in matrix) + "}"
    )


def _blocks_of_tiles(n, t, channels, like):
    """Slices of images whose tiles, before and after the products, have about BLOCK_BYTES."""
    return parts(n, BLOCK_BYTES // ((t.m + 2) ** 2 * t.rows * t.columns * channels * like.itemsize))
