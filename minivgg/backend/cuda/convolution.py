"""Floor 1: what the GPU offers to the operations, for CuPy arrays: the functions of ``cpu``, one by one.

CuPy answers to NumPy's calls: products are cuBLAS's, and all arithmetic happens on the GPU. Loops that CuPy's own operations would take
through memory many times are CUDA, in the folder ``cuda``. Images lie in memory channels last, as on the CPU.
"""

from functools import cache

import numpy as np

from minivgg import backend, memory
from minivgg.kernels.blocks import parts
from minivgg.kernels.cuda import MOST, launch
from minivgg.kernels.tiles import kept_or_made, matrices, tiling
from minivgg.kernels.windows import channels_last

WAYS = ("im2col", 2, 4)
LARGEST_WINDOW = 65534  # pixels; the place of the winner of a max-pool takes two bytes
BLOCK_BYTES = 256 << 20  # of im2col's matrix, or of Winograd's tiles, at a time: far less than a GPU's memory, enough to keep it busy


# ---------------------------------------------------------------------------------------------- convolution


def convolve(x, w, b, g, way, relu=False, kept=None):
    """y (N, O, OH, OW) of x (N, C, H, W), w (O, C/groups, kh, kw) and b (O,) or None, with ReLU where asked for.

    kept: a dict where transformed filters of the same w may be, and are put.
    """
    pixels, (n, o) = channels_last(x), (x.shape[0], w.shape[0])
    y = memory.new(x, (n, *g.out, o))
    if isinstance(way, int):
        u = kept_or_made(kept, way, lambda: _transform(filters_last(w), way))
        _winograd(pixels, u, b, None, relu, tiling(x.shape, g.padding, way), y)
        return y.transpose(0, 3, 1, 2)
    filters = _filter_matrix(w, g.groups).transpose(0, 2, 1)
    for images in _blocks(n, g, x.shape[1], x):
        cols = _im2col(pixels[images], *g)
        target = y[images].reshape(-1, g.groups, o // g.groups).transpose(1, 0, 2)
        target[...] = backend.namespace(x).matmul(cols, filters)
    if b is not None or relu:
        launch("elementwise", "bias_relu", y.size, y, b, y, o, relu)
    return y.transpose(0, 3, 1, 2)


def input_gradient(dy, w, shape, g, way, gate=None):
    """dx (N, C, H, W) = ``shape`` from dy (N, O, OH, OW); 0 where ``gate`` of that shape is given and not positive."""
    grads, (n, c, h, width) = channels_last(dy), shape
    dx, positive = memory.new(dy, (n, h, width, c)), None if gate is None else channels_last(gate)
    if isinstance(way, int):  # the windows that a pixel was seen by, in reverse: a convolution with filters turned by 180°, O -> C channels
        u = _transform(filters_last(w)[::-1, ::-1].swapaxes(2, 3), way)
        _winograd(grads, u, None, positive, False, tiling(dy.shape, [2 - p for p in g.padding], way), dx)
        return dx.transpose(0, 3, 1, 2)
    filters = _filter_matrix(w, g.groups)
    for images in _blocks(n, g, c, dy):
        cols = backend.namespace(dy).matmul(_rows(grads[images], g), filters)
        _col2im(cols, dx[images], g.kernel, g.stride, g.padding, g.out)
    if gate is not None:
        relu_gradient(positive, dx, dx)
    return dx.transpose(0, 3, 1, 2)


def filter_gradient(x, dy, w, g, way):
    """dw (O, C/groups, kh, kw), in memory (kh, kw, C/groups, O), and db (O,) = Σ dy."""
    xp, pixels, grads, (o, c, kh, kw) = backend.namespace(x), channels_last(x), channels_last(dy), w.shape
    db = sum_by_channel(dy)
    if isinstance(way, int):
        return _winograd_filter_gradient(pixels, grads, tiling(x.shape, g.padding, way)).transpose(3, 2, 0, 1), db
    total = xp.zeros((g.groups, kh * kw * c, o // g.groups), x.dtype)
    for images in _blocks(x.shape[0], g, x.shape[1], x):
        total += xp.matmul(_im2col(pixels[images], *g).transpose(0, 2, 1), _rows(grads[images], g))
    dw = xp.ascontiguousarray(total.reshape(g.groups, kh, kw, c, o // g.groups).transpose(1, 2, 3, 0, 4)).reshape(kh, kw, c, o)
    return dw.transpose(3, 2, 0, 1), db


def filters_last(w):
    """w (O, C, kh, kw) -> contiguous (kh, kw, C, O)."""
    return backend.namespace(w).ascontiguousarray(w.transpose(2, 3, 1, 0))


def im2col(x, kernel, stride, padding, groups, out):
    """Every window of x (N, C, H, W) as a row: (groups, N·OH·OW, kh·kw·C/groups), each (kernel row, kernel column, channel)."""
    return _im2col(channels_last(x), kernel, stride, padding, groups, out)


def col2im(cols, shape, kernel, stride, padding, out):
    """The adjoint of ``im2col``: cols (groups, N·OH·OW, kh·kw·C/groups) -> (N, C, H, W) = ``shape``."""
    n, c, h, w = shape
    dx = memory.new(cols, (n, h, w, c))
    _col2im(cols, dx, kernel, stride, padding, out)
    return dx.transpose(0, 3, 1, 2)


def _im2col(pixels, kernel, stride, padding, groups, out):
    n, per_group = len(pixels), pixels.shape[3] // groups
    cols = memory.new(pixels, (groups, n * out[0] * out[1], kernel[0] * kernel[1] * per_group))
    launch("windows", "im2col", cols.size, pixels, cols, *pixels.shape[1:], per_group, *out, *kernel, *stride, *padding)
    return cols


def _col2im(cols, dx, kernel, stride, padding, out):
    launch("windows", "col2im", dx.size, cols, dx, *dx.shape[1:], dx.shape[3] // cols.shape[0], *out, *kernel, *stride, *padding)


def _rows(grads, g):
    """grads (n, OH, OW, O) -> (groups, n·OH·OW, O/groups)."""
    return grads.reshape(-1, g.groups, grads.shape[3] // g.groups).transpose(1, 0, 2)


def _filter_matrix(w, groups):
    """(O, C/groups, kh, kw) -> (groups, O/groups, kh·kw·C/groups), in the order of im2col's rows."""
    o, c, kh, kw = w.shape
    return w.transpose(0, 2, 3, 1).reshape(groups, o // groups, kh * kw * c)


def _blocks(n, g, c, like):
    """Slices of images whose im2col matrix has about BLOCK_BYTES."""
    return parts(n, BLOCK_BYTES // max(1, g.out[0] * g.out[1] * g.kernel[0] * g.kernel[1] * c * like.itemsize))


# ---------------------------------------------------------------------------------------------- Winograd


def _transform(filters, m):
    """filters (3, 3, C, O) -> G w Gᵀ for each pair of channels, ((m+2)², C, O)."""
    filters = backend.namespace(filters).ascontiguousarray(filters)
    _, _, c, o = filters.shape
    u = memory.new(filters, ((m + 2) ** 2, c, o))
    launch("winograd", "cut_filters", c * o, filters, u, **constants(m, filters.dtype))
    return u


def _winograd(pixels, u, b, gate, relu, t, y):
    """Fill y (N, OH, OW, O): the convolution of pixels (N, H, W, C) with the transformed filters u, plus b, with ReLU, where gate > 0."""
    xp, (n, h, w, c), o = backend.namespace(pixels), pixels.shape, y.shape[3]
    for images in _blocks_of_tiles(n, t, c + o, pixels):
        some = pixels[images]
        tiles = len(some) * t.rows * t.columns
        v = memory.new(pixels, (u.shape[0], tiles, c))
        launch("winograd", "cut", tiles * c, some, v, h, w, c, t.rows, t.columns, *t.padding, **constants(t.m, pixels.dtype))
        p = xp.matmul(v, u)
        some_gate = None if gate is None else gate[images]
        launch("winograd", "paste", tiles * o, p, b, some_gate, y[images], *t.out, o, t.rows, t.columns, relu, **constants(t.m, y.dtype))


def _winograd_filter_gradient(pixels, grads, t):
    """dw (3, 3, C, O) = Gᵀ [ Σ over tiles (Bᵀ d B)ᵀ (A dy Aᵀ) ] G."""
    xp, (n, h, w, c), o = backend.namespace(pixels), pixels.shape, grads.shape[3]
    total, defines = xp.zeros(((t.m + 2) ** 2, c, o), pixels.dtype), constants(t.m, pixels.dtype)
    for images in _blocks_of_tiles(n, t, c + o, pixels):
        tiles = len(pixels[images]) * t.rows * t.columns
        d, e = (memory.new(pixels, ((t.m + 2) ** 2, tiles, channels)) for channels in (c, o))
        launch("winograd", "cut", tiles * c, pixels[images], d, h, w, c, t.rows, t.columns, *t.padding, **defines)
        launch("winograd", "cut_outputs", tiles * o, grads[images], e, *t.out, o, t.rows, t.columns, **defines)
        total += xp.matmul(d.transpose(0, 2, 1), e)
    dw = memory.new(pixels, (3, 3, c, o))
    launch("winograd", "paste_filters", c * o, total, dw, **defines)
    return dw


@cache
def constants(m, dtype):
    """What winograd.cu wants in front of it."""
    a_t, b_t, g = matrices(m, dtype)
    written = {"AT": a_t, "A": a_t.T, "BT": b_t, "G": g, "GT": g.T}
    return {"M": m, "K": m + 2} | {name: _braces(matrix) for name, matrix in written.items()}


def _braces(matrix):
    return "{" + ", ".join("{" + ", ".join(repr(float(a)) for a in row) + "}" for row in matrix) + "}"


def _blocks_of_tiles(n, t, channels, like):
    """Slices of images whose tiles, before and after the products, have about BLOCK_BYTES."""
    return parts(n, BLOCK_BYTES // ((t.m + 2) ** 2 * t.rows * t.columns * channels * like.itemsize))


# ---------------------------------------------------------------------------------------------- the other operations


def relu_gradient(y, dy, dx):
    """Fill dx with dy where y > 0, else with 0; dx may be dy. In one pass where all three have the same order in memory."""
    if y.strides == dy.strides == dx.strides and _dense(y):
        launch("elementwise", "where_positive", dx.size, y, dy, dx)
    else:
        dx[...] = backend.namespace(y).where(y > 0, dy, 0)


def dropout(x, p, scale, stream):
    """y = x · mask, and mask: 0 with probability p, else ``scale``."""
    xp = backend.namespace(x)
    x = xp.ascontiguousarray(x)
    mask, y = stream.random(x.shape, dtype=x.dtype), memory.new(x, x.shape)
    launch("elementwise", "dropout", y.size, x, mask, y, p, scale)
    return y, mask


def sum_by_channel(images):
    """Σ over images and pixels of (N, C, H, W) -> (C,). In two stages: CuPy's sum down to few numbers keeps few threads busy."""
    return channels_last(images).sum(axis=2).sum(axis=(0, 1))


def sgd(steps, lr, momentum, weight_decay, nesterov):
    """Change weights and velocities in place: for each (w, v, g), v ← momentum · v − lr · (weight_decay · w + g), w ← w + v.

    As many parameters as the arguments of a kernel can hold go into one launch.
    """
    for dtype in {w.dtype for w, _, _ in steps}:
        theirs = [step for step in steps if step[0].dtype == dtype]
        mine = [_in_one_order(*step) for step in theirs]
        for some in parts(len(mine), MOST):
            together = np.zeros((), [("of", [("w", "u8"), ("v", "u8"), ("g", "u8"), ("size", "i8")], MOST)])
            for place, (w, v, g) in enumerate(mine[some]):
                together["of"][place] = w.data.ptr, v.data.ptr, g.data.ptr, w.size
            settings = len(mine[some]), float(lr), float(momentum), float(weight_decay), nesterov
            largest = max((w for w, _, _ in mine[some]), key=lambda w: w.size)
            launch("elementwise", "sgd", None, together, *settings, like=largest, rows=len(mine[some]))
        for given, used in zip(theirs, mine, strict=True):
            for a, b in zip(given[:2], used[:2], strict=True):
                if a is not b:
                    a[...] = b


def _in_one_order(w, v, g):
    """The three without gaps in one order in memory. They have it already, unless somebody else made one: then it is a copy."""
    w = w if _dense(w) else w.copy()
    return w, *(a if a.strides == w.strides else _in_order_of(w, a) for a in (v, g))


def _in_order_of(w, a):
    own = backend.namespace(w).empty_like(w)
    own[...] = a
    return own


def max_pool(x, windows, padding):
    """The largest pixel of each window of x (N, C, H, W): y (N, OH, OW, C), and the place in the window where it was."""
    pixels, (oh, ow) = channels_last(x), windows.out
    if windows.kernel[0] * windows.kernel[1] > LARGEST_WINDOW:
        raise ValueError(f"max_pool2d: on the GPU a window has at most {LARGEST_WINDOW} pixels, got {windows.kernel}")
    y = memory.new(x, (x.shape[0], oh, ow, x.shape[1]))
    winners = memory.new(x, y.shape, np.uint16)
    launch("pooling", "max_pool", y.size, pixels, y, winners, *_pooled(pixels, windows, padding))
    return y, winners


def max_pool_backward(dy, x, y, winners, windows, padding, relu):
    """dx (N, C, H, W) from dy (N, C, OH, OW); relu: 0 also under windows whose largest pixel is not positive."""
    n, c, h, w = x.shape
    dx = memory.new(dy, (n, h, w, c))
    launch("pooling", "max_pool_backward", dx.size, channels_last(dy), y, winners, dx, *_pooled(dx, windows, padding), relu)
    return dx.transpose(0, 3, 1, 2)


def avg_pool(x, areas, windows, padding):
    """The sum of each window of x (N, C, H, W), divided by areas (OH, OW, 1): y (N, OH, OW, C)."""
    pixels, (oh, ow) = channels_last(x), windows.out
    y = memory.new(x, (x.shape[0], oh, ow, x.shape[1]))
    launch("pooling", "avg_pool", y.size, pixels, 1 / areas, y, *_pooled(pixels, windows, padding))
    return y


def avg_pool_backward(dy, areas, shape, windows, padding):
    """dx (N, C, H, W) = ``shape`` from dy (N, C, OH, OW)."""
    n, c, h, w = shape
    dx = memory.new(dy, (n, h, w, c))
    launch("pooling", "avg_pool_backward", dx.size, channels_last(dy), 1 / areas, dx, *_pooled(dx, windows, padding))
    return dx.transpose(0, 3, 1, 2)


def response_norm(x, size, alpha, beta, k):
    """y = x · s^−β and s = k + α · Σ x² over neighbouring channels, both (N, C, H, W)."""
    pixels = channels_last(x)
    s, y = memory.new(x, pixels.shape), memory.new(x, pixels.shape)
    launch("normalization", "response_norm", y.size, pixels, s, y, pixels.shape[3], size // 2, (size - 1) // 2, alpha, beta, k)
    return y.transpose(0, 3, 1, 2), s.transpose(0, 3, 1, 2)


def response_norm_backward(dy, x, s, size, alpha, beta):
    """dx (N, C, H, W)."""
    grads, dx = channels_last(dy), memory.new(dy, (x.shape[0], *x.shape[2:], x.shape[1]))
    arrays = grads, channels_last(x), channels_last(s), dx
    launch("normalization", "response_norm_backward", dx.size, *arrays, x.shape[1], size // 2, (size - 1) // 2, alpha, beta)
    return dx.transpose(0, 3, 1, 2)


def stray_label(labels, classes):
    """None, for nothing is known of the labels here: to look at them is to wait for everything that was asked for before."""
    return


def parts_of(x):
    """Indices of x (N, C, H, W) that cover it: all at once."""
    return [(slice(None),) * 3]


def _pooled(pixels, windows, padding):
    """The sizes that pooling.cu asks for."""
    return *pixels.shape[1:], *windows.out, *windows.kernel, *windows.stride, *padding


def _dense(a):
    """Whether an array has no gaps in memory, whatever the order of its axes."""
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    return a.transpose(order).flags.c_contiguous


def has_nccl():
    """Whether CuPy can sum over several GPUs."""
    import cupy

    return bool(getattr(getattr(cupy.cuda, "nccl", None), "available", False))


class Nccl:
    """Sums over the GPUs of several processes. broadcast: a function that gives all of them what rank 0 has."""

    def __init__(self, rank, size, broadcast):
        import cupy

        self.nccl, cuda = cupy.cuda.nccl, cupy.cuda
        self.comm = self.nccl.NcclCommunicator(size, broadcast(self.nccl.get_unique_id() if rank == 0 else None), rank)
        self.stream, self.cuda = cuda.Stream(non_blocking=True), cuda

    def sum(self, memory):
        """Sum an array over all processes, in place; returns when it is done."""
        kind = {4: self.nccl.NCCL_FLOAT32, 8: self.nccl.NCCL_FLOAT64}[memory.itemsize]
        self.stream.wait_event(self.cuda.get_current_stream().record())  # what fills the array
        self.comm.allReduce(memory.data.ptr, memory.data.ptr, memory.size, kind, self.nccl.NCCL_SUM, self.stream.ptr)
        self.stream.synchronize()
