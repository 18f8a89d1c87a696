"""Convolution by im2col on the GPU.

The windows of some images are the rows of a matrix, and all outputs of these images are one product
of cuBLAS. The formulas are those of ``backend/cpu/conv_im2col.py``.
"""

from math import prod

from minivgg.backend.blocks import chunks
from minivgg.backend.cuda.launch import launch
from minivgg.backend.cuda.products import SumOfProducts, product, stacked_product
from minivgg.backend.cuda.sums import sum_rows
from minivgg.backend.cuda.windows import col2im_into, im2col_of_pixels
from minivgg.backend.devices import cupy
from minivgg.backend.geometry import Geometry
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array, Shape


def forward(x: Array, w: Array, b: Array | None, geometry: Geometry, relu: bool, y: Array) -> None:
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) and w (O, C/groups, kh, kw).

    b: (O,) or None. relu: whether to take max(y, 0).
    """
    xp, filters = cupy(), filter_matrices(w, geometry.groups)
    for images in _blocks(x, geometry):
        cols = _matrix(x[images], geometry)
        target = _by_group(y[images], geometry.groups)
        if geometry.groups == 1:
            product(cols[0], filters[0], target[0])
        else:
            target[...] = stacked_product(cols, xp.ascontiguousarray(filters))
    if b is not None or relu:
        launch("elementwise", "bias_relu", y.size, y, b, y, y.shape[3], relu)


def weight_grad(x: Array, dy: Array, w_shape: Shape, geometry: Geometry) -> tuple[Array, Array]:
    """dw (kh, kw, C/groups, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O)."""
    kh, kw, c, o = w_shape
    groups, xp = geometry.groups, cupy()
    total = SumOfProducts(groups, kh * kw * c, o // groups, len(x), prod(geometry.out), x.dtype)
    for images in _blocks(x, geometry):
        cols = _matrix(x[images], geometry)
        total.add(cols, _by_group(dy[images], groups))
    dw = total.result().reshape(groups, kh, kw, c, o // groups).transpose(1, 2, 3, 0, 4)
    db = sum_rows(dy.reshape(1, -1, o))[0]
    return xp.ascontiguousarray(dw).reshape(kh, kw, c, o), db


def input_grad(dy: Array, w: Array, geometry: Geometry, dx: Array) -> None:
    """Fill dx (N, H, W, C) from dy (N, OH, OW, O) and w (O, C/groups, kh, kw), by col2im."""
    xp, filters = cupy(), filter_matrices(w, geometry.groups)
    for images in _blocks(dx, geometry):
        grads, part = _by_group(dy[images], geometry.groups), dx[images]
        if needs_no_copy(geometry):
            product(grads[0], filters[0], _by_group(part, 1)[0], transpose_b=True)
        else:
            factors = xp.ascontiguousarray(grads), xp.ascontiguousarray(filters)
            col2im_into(stacked_product(*factors, transpose_b=True), part, geometry)


def filter_matrices(w: Array, groups: int) -> Array:
    """w (O, C/groups, kh, kw) -> (groups, kh·kw·C/groups, O/groups), rows in the order of im2col.

    With one group it is the memory of w, if that lies as layers have it.
    """
    o, c, kh, kw = w.shape
    return w.transpose(2, 3, 1, 0).reshape(kh * kw * c, groups, o // groups).transpose(1, 0, 2)


def needs_no_copy(geometry: Geometry) -> bool:
    """Whether the images themselves are im2col's matrix."""
    return geometry.is_pointwise and geometry.groups == 1


def _matrix(pixels: Array, geometry: Geometry) -> Array:
    """im2col's matrix for images (n, H, W, C): the same memory if it can be."""
    if needs_no_copy(geometry):
        return pixels.reshape(1, -1, pixels.shape[3])
    return im2col_of_pixels(pixels, geometry)


def _by_group(a: Array, groups: int) -> Array:
    """a (n, OH, OW, O) -> (groups, n·OH·OW, O/groups), the same memory."""
    return a.reshape(-1, groups, a.shape[3] // groups).transpose(1, 0, 2)


def _blocks(x: Array, geometry: Geometry) -> tuple[slice, ...]:
    """Slices of images x (N, H, W, C) whose matrix has about ``gpu_block_bytes``."""
    if needs_no_copy(geometry):
        return chunks(len(x), len(x))
    numbers = prod(geometry.out) * prod(geometry.kernel) * x.shape[3]
    return chunks(len(x), get_tuning().gpu_block_bytes // max(1, numbers * x.itemsize))
