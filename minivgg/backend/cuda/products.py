"""Products by cuBLAS: of two matrices, of stacks for Winograd's tiles, and sums aᵀ·b for dw.

CuPy's ``matmul`` would copy aᵀ, the largest array of a convolution, number by number. A product of
few channels has so few results that most multiprocessors would have none to compute: the sum over
rows is then cut into pieces, which are computed side by side and added up at the end.
"""

from functools import cache

from minivgg.backend.cuda.cublas import Factor, stacked_products
from minivgg.backend.cuda.sums import sum_rows
from minivgg.backend.devices import cupy
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array, DType, GPUArray

BLOCK_SIDE = 128  # of the results that a multiprocessor computes at a time
MIN_PIECE_ROWS = 128  # a sum over fewer is done sooner than its result is written


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
            sizes = k * pieces, c, o, rows
            gemm("sum of products for dw", sizes, a, b, parts, self.is_used, transpose_a=True)
            self.is_used = True

    def result(self) -> Array:
        """The sum, contiguous (K, C, O)."""
        k, pieces, c, o = self.parts.shape
        if not self.is_used:
            return cupy().zeros((k, c, o), self.parts.dtype)
        if pieces == 1:
            return self.parts.reshape(k, c, o)
        return sum_rows(self.parts.reshape(k, pieces, c * o)).reshape(k, c, o)


def stacked_product(a: Array, b: Array, transpose_b: bool = False) -> Array:
    """a (K, rows, C) · b (K, C, O) -> (K, rows, O), all contiguous; transpose_b: b is (K, O, C)."""
    (k, rows, c), o = a.shape, b.shape[1 if transpose_b else 2]
    out = cupy().empty((k, rows, o), a.dtype)
    if rows and o:
        gemm("product of tiles", (k, rows, o, c), a, b, out, transpose_b=transpose_b)
    return out


def product(
    a: Array, b: Array, out: Array, transpose_a: bool = False, transpose_b: bool = False
) -> None:
    """Fill out (M, O) with a (M, L) · b (L, O); transposed factors are (L, M) and (O, L)."""
    xp = cupy()
    a, b = xp.ascontiguousarray(a), xp.ascontiguousarray(b)
    (m, o), length = out.shape, a.shape[0 if transpose_a else 1]
    if length == 0:
        out[...] = 0
    elif m and o:
        result = out if out.flags.c_contiguous else xp.empty(out.shape, out.dtype)
        sizes = 1, m, o, length
        gemm("product", sizes, a, b, result, transpose_a=transpose_a, transpose_b=transpose_b)
        if result is not out:
            out[...] = result


def gemm(
    label: str,
    sizes: tuple[int, int, int, int],
    a: GPUArray,
    b: GPUArray,
    out: GPUArray,
    add: bool = False,
    transpose_a: bool = False,
    transpose_b: bool = False,
) -> None:
    """K products (M, L)·(L, O) of cuBLAS's.

    label: what it is for, which profiles show. sizes: K, M, O, L. a, b, out: contiguous, of K
    matrices one after the other; ``ValueError`` if one is not, since cuBLAS gets addresses only.
    add: whether to add to what ``out`` holds. transpose_a: a holds (L, M), and is taken transposed;
    transpose_b: b holds (O, L).
    """
    if not (a.flags.c_contiguous and b.flags.c_contiguous and out.flags.c_contiguous):
        raise ValueError(f"{label}: an array is not contiguous")
    k, m, o, length = sizes
    # cuBLAS counts columns first: outᵀ (O×M) = bᵀ (O×L, as it lies) · aᵀ (L×M)
    left = Factor(b, transpose_b, length if transpose_b else o, length * o)
    right = Factor(a, transpose_a, m if transpose_a else length, length * m)
    stacked_products((k, o, m, length), left, right, out, add)


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
