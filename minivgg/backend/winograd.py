"""Winograd's convolution F(m×m, 3×3) on every device: its matrices, and the tiles of a map."""

from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from minivgg.backend.types import Array

FilterCache: TypeAlias = dict[int, Array]  # m -> the transformed filters of F(m×m, 3×3)

# The points at which polynomials are evaluated, by m; ∞ comes last. The transforms amplify
# rounding, and points matter: these make about half the error of the usual 0, ±1, ±2 for m = 4
# (``python -m benchmarks accuracy``). The point 1 comes second, see ``bias_position``.
POINTS = {2: (0, 1, -1), 4: (0, 1, -1, 1 / 2, -2)}


@cache
def matrices(m, dtype):
    """(Aᵀ, Bᵀ, G) of F(m×m, 3×3).

    Aᵀ and G evaluate polynomials of m and 3 coefficients at the points, Bᵀ is the transposed
    inverse of such an evaluation. Multiplying polynomials is evaluating both, multiplying the
    values and finding the polynomial through them (Toom and Cook). A convolution is the transpose
    of such a product, and so B and A change places. Source: Lavin & Gray 2015, §4.1.
    """

    def evaluate(coefficients):
        at_points = [[p**power for power in range(coefficients)] for p in POINTS[m]]
        at_infinity = [0.0] * (coefficients - 1) + [1.0]  # only the highest power counts there
        return np.array([*at_points, at_infinity])

    exact = evaluate(m).T, np.linalg.inv(evaluate(m + 2)).T, evaluate(3)
    return tuple(np.ascontiguousarray(matrix, dtype) for matrix in exact)


@cache
def filter_transform_kron(m, dtype):
    """G ⊗ G, ((m+2)², 9): multiplied by a filter as a column of 9 numbers, it gives G w Gᵀ.

    This way, a single matrix product transforms many filters.
    """
    g = matrices(m, dtype)[2]
    return np.kron(g, g)


def bias_position(m):
    """The position (1, 1) of a transformed tile, where both polynomials are evaluated at 1.

    There Aᵀ has a column of ones. So a bias added to the products at this one position is added to
    every pixel, and the transformed dy at this position is the sum over a tile, which the gradient
    of the bias needs: both for 1/36 or 1/16 of the work.
    """
    return m + 3


class Tiling(NamedTuple):
    """A feature map of size ``out`` in ``rows``·``columns`` tiles of m×m outputs.

    padding: that of the image. exact: whether the tiles cover the map without remainder.
    """

    m: int
    rows: int
    columns: int
    padding: tuple[int, int]
    out: tuple[int, int]
    exact: bool


@lru_cache(maxsize=256)
def tile(shape, padding, m):
    """The ``Tiling`` for images of shape (N, C, H, W) with a padding (height, width)."""
    oh, ow = (size + 2 * p - 2 for size, p in zip(shape[2:], padding, strict=True))
    rows, columns = -(-oh // m), -(-ow // m)
    exact = (oh, ow) == (m * rows, m * columns)
    return Tiling(m, rows, columns, padding, (oh, ow), exact)


def get_or_compute(cache, m, compute):
    """The transformed filters that ``cache``, a dict or None, has for m.

    If it has none, they are computed by ``compute()`` and stored there.
    """
    u = None if cache is None else cache.get(m)
    if u is None:
        u = compute()
        if cache is not None:
            cache[m] = u
    return u
