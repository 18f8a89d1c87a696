"""Floor 1: what the GPU offers to the operations, for CuPy arrays.

CuPy answers to NumPy's calls: all arithmetic happens on the GPU and nothing is copied back. Loops that deserve CUDA code of their
own take their place here, one by one. Convolution is im2col, for a few images at a time.
"""

from minivgg import backend
from minivgg.kernels.blocks import parts
from minivgg.kernels.elementwise import where_positive
from minivgg.kernels.windows import channels_last, col2im, im2col, shifted_views

__all__ = ["WAYS", "channels_last", "col2im", "convolve", "filter_gradient", "filters_last", "im2col", "input_gradient", "shifted_views"]

WAYS = ("im2col",)
BLOCK_BYTES = 256 << 20  # of im2col matrix at a time: far less than a GPU's memory, enough to keep it busy


def convolve(x, w, b, g, way, relu=False, kept=None):
    """y (N, O, OH, OW) of x (N, C, H, W), w (O, C/groups, kh, kw) and b (O,) or None, with ReLU where asked for."""
    xp = backend.namespace(x)
    n, o = x.shape[0], w.shape[0]
    filters = _filter_matrix(w, g.groups)
    y = xp.empty((n, *g.out, o), x.dtype)
    for block in _blocks(x, g):
        products = xp.matmul(im2col(x[block], *g), filters.transpose(0, 2, 1))  # (groups, rows, O/groups)
        y[block] = products.transpose(1, 0, 2).reshape(-1, *g.out, o)
    if b is not None:
        y += b
    if relu:
        y = xp.maximum(y, 0)
    return y.transpose(0, 3, 1, 2)


def input_gradient(dy, w, shape, g, way, gate=None):
    """dx (N, C, H, W) = ``shape`` from dy (N, O, OH, OW); 0 where ``gate`` of that shape is given and not positive."""
    xp = backend.namespace(dy)
    filters = _filter_matrix(w, g.groups)
    n, c, h, width = shape
    dx = xp.empty((n, h, width, c), dy.dtype)
    for block in _blocks(dx.transpose(0, 3, 1, 2), g):
        rows = _rows(dy[block], g)
        part = (dx[block].shape[0], c, h, width)
        dx[block] = col2im(xp.matmul(rows, filters), part, g.kernel, g.stride, g.padding, g.out).transpose(0, 2, 3, 1)
    if gate is not None:
        where_positive(gate.transpose(0, 2, 3, 1), dx, dx)
    return dx.transpose(0, 3, 1, 2)


def filter_gradient(x, dy, w, g, way):
    """dw (O, C/groups, kh, kw) and db (O,) = Σ dy."""
    xp = backend.namespace(x)
    o, c, kh, kw = w.shape
    total = xp.zeros((g.groups, o // g.groups, kh * kw * c), x.dtype)
    for block in _blocks(x, g):
        total += xp.matmul(_rows(dy[block], g).transpose(0, 2, 1), im2col(x[block], *g))
    return xp.ascontiguousarray(total.reshape(o, kh, kw, c).transpose(0, 3, 1, 2)), dy.sum(axis=(2, 3)).sum(axis=0)


def filters_last(w):
    """w (O, C, kh, kw) -> contiguous (kh, kw, C, O)."""
    return backend.namespace(w).ascontiguousarray(w.transpose(2, 3, 1, 0))


def _rows(dy, g):
    """dy (n, O, OH, OW) -> (groups, n·OH·OW, O/groups)."""
    o = dy.shape[1]
    return dy.transpose(0, 2, 3, 1).reshape(-1, g.groups, o // g.groups).transpose(1, 0, 2)


def _filter_matrix(w, groups):
    """(O, C/groups, kh, kw) -> (groups, O/groups, kh·kw·C/groups), in the order of im2col's rows."""
    o, c, kh, kw = w.shape
    return w.transpose(0, 2, 3, 1).reshape(groups, o // groups, kh * kw * c)


def _blocks(x, g):
    per_image = g.out[0] * g.out[1] * g.kernel[0] * g.kernel[1] * x.shape[1] * x.itemsize
    return parts(x.shape[0], BLOCK_BYTES // max(1, per_image))
