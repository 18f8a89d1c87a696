"""Sums over rows on the GPU, at the speed of its memory.

CuPy's sum down to few numbers keeps few threads busy. Here many threads add up some rows each, and
what they have found is added up in the same way, in an order that is always the same.
"""

from functools import cache

from minivgg.backend.cuda.launch import launch
from minivgg.backend.devices import cupy
from minivgg.backend.types import Array

MAX_ROWS = 128  # that a thread adds up by itself, if it is not to be shared
PIECE_ROWS = 64  # of a thread, where rows are shared
MAX_THREADS = 1 << 18  # more have to wait for each other


def sum_rows(a: Array) -> Array:
    """Σ over rows: contiguous a (K, rows, C) -> (K, C)."""
    k, rows, columns = a.shape
    while True:
        pieces = count_pieces(k, rows, columns)
        parts = cupy().empty((k, pieces, columns), a.dtype)
        launch("sums", "sum_rows", parts.size, a, parts, rows, columns, pieces)
        if pieces == 1:
            return parts[:, 0]
        a, rows = parts, pieces


@cache
def count_pieces(k: int, rows: int, columns: int) -> int:
    """Among how many threads to share each sum over rows of (K, rows, C)."""
    if rows <= MAX_ROWS:
        return 1
    return max(2, min(-(-rows // PIECE_ROWS), MAX_THREADS // max(1, k * columns)))
