"""Winograd's convolution on the GPU, F(4×4, 3×3) and F(2×2, 3×3).

Transforms in CUDA, around one stacked product of cuBLAS. The formulas are those of
``backend/cpu/conv_winograd.py``.
"""

from functools import cache

import numpy as np

from minivgg.backend.blocks import chunks
from minivgg.backend.cuda.launch import Constants, launch
from minivgg.backend.cuda.products import SumOfProducts, stacked_product
from minivgg.backend.cuda.sums import sum_rows
from minivgg.backend.devices import cupy
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array
from minivgg.backend.winograd import Tiling, bias_position, matrices


def filter_transform(w: Array, m: int, backward: bool = False) -> Array:
    """w (3, 3, C, O) -> G w Gᵀ for each pair of channels, ((m+2)², C, O).

    backward: for the filters of dx, which are rotated by 180°, O -> C channels: ((m+2)², O, C).
    """
    _, _, c, o = w.shape
    u = cupy().empty(((m + 2) ** 2, *((o, c) if backward else (c, o))), w.dtype)
    arguments = c * o, w, u, c, o, backward
    launch("winograd", "filter_transform", *arguments, constants=constants(m, w.dtype))
    return u


def forward(
    x: Array,
    u: Array,
    b: Array | None,
    relu: bool,
    tiling: Tiling,
    y: Array,
    relu_output: Array | None = None,
) -> None:
    """Fill y (N, OH, OW, O) with the convolution of x (N, H, W, C) and the transformed filters u.

    b: (O,) or None. relu: whether to take max(y, 0). relu_output: an array like y, or None; y is 0
    where it is not positive.
    """
    o = y.shape[3]
    for images in _blocks(x, o, tiling):
        p = stacked_product(_input_transform(_part(x, images), tiling), u)
        launch(
            "winograd",
            "output_transform",
            p.size // len(p),
            p,
            b,
            None if relu_output is None else _part(relu_output, images),
            _part(y, images),
            *tiling.out,
            o,
            tiling.rows,
            tiling.columns,
            relu,
            constants=constants(tiling.m, y.dtype),
        )


def weight_grad(x: Array, dy: Array, tiling: Tiling) -> tuple[Array, Array]:
    """dw (3, 3, C, O) and db (O,) from x (N, H, W, C) and dy (N, OH, OW, O).

    dw = Gᵀ [ Σ over tiles (Bᵀ d B)ᵀ (A dy Aᵀ) ] G, and db is a sum over tiles at one position.
    """
    c, o, positions = x.shape[3], dy.shape[3], (tiling.m + 2) ** 2
    total = SumOfProducts(positions, c, o, len(x), tiling.rows * tiling.columns, x.dtype)
    db, ones = None, bias_position(tiling.m)
    for images in _blocks(x, o, tiling):
        v = _input_transform(_part(x, images), tiling)
        e = _gradient_transform(_part(dy, images), tiling)
        total.add(v, e)
        part = sum_rows(e[ones : ones + 1])[0]
        db = part if db is None else db + part
    dw = cupy().empty((3, 3, c, o), x.dtype)
    arguments = c * o, total.result(), dw
    launch("winograd", "weight_grad_transform", *arguments, constants=constants(tiling.m, x.dtype))
    return dw, cupy().zeros(o, x.dtype) if db is None else db  # None: there is no image


def _input_transform(x: Array, tiling: Tiling) -> Array:
    """Bᵀ d B for the pixels d of x (n, H, W, C) that a tile sees, ((m+2)², tiles, C)."""
    (n, h, w, c), (rows, columns) = x.shape, (tiling.rows, tiling.columns)
    v = cupy().empty(((tiling.m + 2) ** 2, n * rows * columns, c), x.dtype)
    arguments = v.size // len(v), x, v, h, w, c, rows, columns, *tiling.padding
    launch("winograd", "input_transform", *arguments, constants=constants(tiling.m, x.dtype))
    return v


def _gradient_transform(dy: Array, tiling: Tiling) -> Array:
    """A dy Aᵀ for the m×m outputs of each tile of dy (n, OH, OW, O), ((m+2)², tiles, O)."""
    (n, oh, ow, o), (rows, columns) = dy.shape, (tiling.rows, tiling.columns)
    e = cupy().empty(((tiling.m + 2) ** 2, n * rows * columns, o), dy.dtype)
    arguments = e.size // len(e), dy, e, oh, ow, o, rows, columns
    launch("winograd", "gradient_transform", *arguments, constants=constants(tiling.m, dy.dtype))
    return e


@cache
def constants(m: int, dtype: np.dtype) -> Constants:
    """The ``#define`` lines that winograd.cu needs: sizes, and the matrices of F(m×m, 3×3)."""
    a_t, b_t, g = matrices(m, dtype)
    named = {"AT": a_t, "A": a_t.T, "BT": b_t, "G": g, "GT": g.T}
    rows = {name: _as_initializer(matrix) for name, matrix in named.items()}
    return Constants(M=m, K=m + 2, **rows)


def _as_initializer(matrix: Array) -> str:
    """A matrix as C writes it."""
    rows = ("{" + ", ".join(repr(float(a)) for a in row) + "}" for row in matrix)
    return "{" + ", ".join(rows) + "}"


def _part(a: Array, images: slice) -> Array:
    """Some images of an array; itself if these are all, since even a view takes time."""
    return a if images.stop - images.start == len(a) else a[images]


def _blocks(x: Array, o: int, tiling: Tiling) -> tuple[slice, ...]:
    """Slices of images x (N, H, W, C) whose tiles, C and O channels, have ``gpu_block_bytes``."""
    tiles = tiling.rows * tiling.columns
    image_bytes = (tiling.m + 2) ** 2 * tiles * (x.shape[3] + o) * x.itemsize
    return chunks(len(x), get_tuning().gpu_block_bytes // image_bytes)
