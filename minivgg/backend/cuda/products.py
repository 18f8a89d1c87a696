"""Sums of products aᵀ·b over many rows, for dw: cuBLAS's, without a copy and in pieces.

CuPy's ``matmul`` would copy aᵀ, the largest array of a convolution, number by number. A product of
few channels has so few results that most multiprocessors would have none to compute: the sum over
rows is then cut into pieces, which are computed side by side and added up at the end.
"""

from functools import cache

import numpy as np

from minivgg.backend.devices import cupy
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array, DType

BLOCK_SIDE = 128  # of the results that a multiprocessor computes at a time
MIN_PIECE_ROWS = 128  # a sum over fewer is done sooner than its result is written
CUBLAS_N, CUBLAS_T = 0, 1  # a factor as it lies, or transposed


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
        self.parts = cupy().zeros((k, self.pieces, c, o), dtype)

    def add(self, a: Array, b: Array) -> None:
        """Add aᵀ·b, for a (K, rows, C) and b (K, rows, O)."""
        xp = cupy()
        a, b, parts = xp.ascontiguousarray(a), xp.ascontiguousarray(b), self.parts
        k, pieces, c, o = parts.shape
        rows, one = a.shape[1] // pieces, np.ones((), parts.dtype)
        if not (rows and c and o):
            return
        runtime, cublas = xp.cuda.runtime, xp.cuda.cublas
        kind = runtime.CUDA_R_32F if parts.dtype == np.float32 else runtime.CUDA_R_64F
        # cuBLAS counts columns first: partsᵀ (O×C) += bᵀ (O×rows, as it lies) · a (transposed)
        cublas.gemmStridedBatchedEx(
            xp.cuda.device.get_cublas_handle(), CUBLAS_N, CUBLAS_T, o, c, rows, one.ctypes.data,
            b.data.ptr, kind, o, rows * o, a.data.ptr, kind, c, rows * c, one.ctypes.data,
            parts.data.ptr, kind, o, c * o, k * pieces, kind, cublas.CUBLAS_GEMM_DEFAULT,
        )  # fmt: skip

    def result(self) -> Array:
        """The sum, (K, C, O)."""
        return self.parts[:, 0] if self.pieces == 1 else self.parts.sum(axis=1)


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
