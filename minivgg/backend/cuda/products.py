"""Stacks of products by cuBLAS: for Winograd's tiles, and sums aᵀ·b over many rows, for dw.

CuPy's ``matmul`` would copy aᵀ, the largest array of a convolution, number by number. A product of
few channels has so few results that most multiprocessors would have none to compute: the sum over
rows is then cut into pieces, which are computed side by side and added up at the end.
"""

from functools import cache

import numpy as np

from minivgg.backend.cuda.sums import sum_rows
from minivgg.backend.devices import cupy
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array, DType, GPUArray

BLOCK_SIDE = 128  # of the results that a multiprocessor computes at a time
MIN_PIECE_ROWS = 128  # a sum over fewer is done sooner than its result is written
CUBLAS_N, CUBLAS_T = 0, 1  # a factor as it lies, or transposed
CUBLAS_GEMM_DEFAULT = -1  # cuBLAS chooses the kernel
KINDS = {"f": 0, "d": 1}  # CUDA_R_32F, CUDA_R_64F


class SumOfProducts:
    """Σ aᵀ·b for stacks of matrices, added up over several calls.

    Parameters
    ----------
    k, c, o : int
        The sum has the shape (K, C, O).
    images, image_rows : int
        Of all calls together, and the rows of each: a call is given some of them.
    dtype : dtype
        float32 or float64.
    """

    def __init__(self, k: int, c: int, o: int, images: int, image_rows: int, dtype: DType) -> None:
        blocks = get_tuning().gpu_product_blocks
        self.pieces = count_pieces(k, c, o, images, image_rows, blocks)
        self.parts = cupy().empty((k, self.pieces, c, o), dtype)
        self.is_used = False

    def add(self, a: Array, b: Array) -> None:
        """Add aᵀ·b, for a (K, rows, C) and b (K, rows, O)."""
        parts = self.parts
        a, b = cupy().ascontiguousarray(a), cupy().ascontiguousarray(b)
        k, pieces, c, o = parts.shape
        rows = a.shape[1] // pieces
        if rows and c and o:
            gemm(
                "sum of products for dw", True, (k * pieces, c, o, rows), a, b, parts, self.is_used
            )
            self.is_used = True

    def result(self) -> Array:
        """The sum, contiguous (K, C, O)."""
        k, pieces, c, o = self.parts.shape
        if not self.is_used:
            return cupy().zeros((k, c, o), self.parts.dtype)
        if pieces == 1:
            return self.parts.reshape(k, c, o)
        return sum_rows(self.parts.reshape(k, pieces, c * o)).reshape(k, c, o)


def stacked_product(a: Array, b: Array) -> Array:
    """a (K, rows, C) · b (K, C, O) -> (K, rows, O), all contiguous: CuPy's needs more time."""
    (k, rows, c), o = a.shape, b.shape[2]
    out = cupy().empty((k, rows, o), a.dtype)
    if rows:
        gemm("product of tiles", False, (k, rows, o, c), a, b, out)
    return out


def gemm(
    label: str,
    transposed: bool,
    sizes: tuple[int, int, int, int],
    a: GPUArray,
    b: GPUArray,
    out: GPUArray,
    add: bool = False,
) -> None:
    """K products (M, L)·(L, O) of cuBLAS's; or (L, M)ᵀ·(L, O), ``transposed``.

    label: what it is for, which profiles show. sizes: K, M, O, L. a, b, out: contiguous, of K
    matrices one after the other; ``ValueError`` if one is not, since cuBLAS gets addresses only.
    add: whether to add to what ``out`` holds.
    """
    if not (a.flags.c_contiguous and b.flags.c_contiguous and out.flags.c_contiguous):
        raise ValueError(f"{label}: an array is not contiguous")
    cuda, dtype, (k, m, o, length) = cupy().cuda, out.dtype, sizes
    kind, lead, old = KINDS[dtype.char], m if transposed else length, _address_of(add, dtype)
    # cuBLAS counts columns first: outᵀ (O×M) = bᵀ (O×L, as it lies) · aᵀ (L×M)
    cuda.cublas.gemmStridedBatchedEx(
        cuda.device.get_cublas_handle(), CUBLAS_N, CUBLAS_T if transposed else CUBLAS_N,
        o, m, length, _address_of(1, dtype),
        b.data.ptr, kind, o, length * o, a.data.ptr, kind, lead, length * m, old,
        out.data.ptr, kind, o, m * o, k, kind, CUBLAS_GEMM_DEFAULT,
    )  # fmt: skip


_numbers: list[np.ndarray] = []  # that cuBLAS reads by their address


@cache
def _address_of(value: int, dtype: np.dtype) -> int:
    """Where a number lies in the CPU's memory, as long as the process lives."""
    _numbers.append(np.full((), value, dtype))
    return _numbers[-1].ctypes.data


@cache
def count_pieces(k: int, c: int, o: int, images: int, image_rows: int, blocks: int) -> int:
    """Into how many pieces of the same size to cut sums over the rows of some images.

    blocks: of BLOCK_SIDE × BLOCK_SIDE results in all pieces of the (K, C, O), at most.
    """
    most = min(
        blocks // max(1, k * -(-c // BLOCK_SIDE) * -(-o // BLOCK_SIDE)),
        images * image_rows // MIN_PIECE_ROWS,
        image_rows,
    )
    return next((n for n in range(most, 1, -1) if image_rows % n == 0), 1)
