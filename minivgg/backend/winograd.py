"""Winograd's convolution F(m×m, 3×3) on every device: its matrices, and the tiles of a map."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from minivgg.backend.types import Array, Shape

# (m, a number for their layout) -> the transformed filters of F(m×m, 3×3)
FilterCache: TypeAlias = dict[tuple[int, int], Array]

# The points at which polynomials are evaluated, by m; ∞ comes last. The transforms amplify
# rounding, and points matter: these make about half the error of the usual 0, ±1, ±2 for m = 4
# (``python -m benchmarks accuracy``). The point 1 comes second, see ``bias_position``.
POINTS = {2: (0, 1, -1), 4: (0, 1, -1, 1 / 2, -2)}


@cache
def matrices(m: int, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The matrices of F(m×m, 3×3).

    Aᵀ and G evaluate polynomials of m and 3 coefficients at the points, Bᵀ is the transposed
    inverse of such an evaluation. Multiplying polynomials is evaluating both, multiplying the
    values and finding the polynomial through them (Toom and Cook). A convolution is the transpose
    of such a product, and so B and A change places.

    Parameters
    ----------
    m : int
        Outputs along one side of a tile, 2 or 4.
    dtype : dtype
        Of the matrices.

    Returns
    -------
    a_t : array of shape (m, m + 2)
        Aᵀ, of the output transform.
    b_t : array of shape (m + 2, m + 2)
        Bᵀ, of the input transform.
    g : array of shape (m + 2, 3)
        G, of the filter transform.

    References
    ----------
    Lavin & Gray 2015, §4.1.
    """

    def evaluate(coefficients: int) -> np.ndarray:
        at_points = [[p**power for power in range(coefficients)] for p in POINTS[m]]
        at_infinity = [0.0] * (coefficients - 1) + [1.0]  # only the highest power counts there
        return np.array([*at_points, at_infinity])

    exact = evaluate(m).T, np.linalg.inv(evaluate(m + 2)).T, evaluate(3)
    a_t, b_t, g = (np.ascontiguousarray(matrix, dtype) for matrix in exact)
    return a_t, b_t, g


@cache
def filter_transform_kron(m: int, dtype: np.dtype) -> np.ndarray:
    """G ⊗ G: multiplied by a filter as a column of 9 numbers, it gives G w Gᵀ.

    This way, a single matrix product transforms many filters.

    Parameters
    ----------
    m : int
        Outputs along one side of a tile, 2 or 4.
    dtype : dtype
        Of the matrix.

    Returns
    -------
    kron : array of shape ((m + 2)², 9)
        The Kronecker product of G with itself.
    """
    g = matrices(m, dtype)[2]
    return np.kron(g, g)


def bias_position(m: int) -> int:
    """The position (1, 1) of a transformed tile, where both polynomials are evaluated at 1.

    There Aᵀ has a column of ones. So a bias added to the products at this one position is added to
    every pixel, and the transformed dy at this position is the sum over a tile, which the gradient
    of the bias needs: both for 1/36 or 1/16 of the work.

    Parameters
    ----------
    m : int
        Outputs along one side of a tile, 2 or 4.

    Returns
    -------
    position : int
        Its index among the (m + 2)² positions, row by row.
    """
    return m + 3


class Tiling(NamedTuple):
    """A feature map of size ``out`` in ``rows``·``columns`` tiles of m×m outputs.

    Parameters
    ----------
    m : int
        Outputs along one side of a tile.
    rows, columns : int
        How many tiles cover the map.
    padding : (int, int)
        That of the image, in pixels.
    out : (int, int)
        (OH, OW), the size of the map.
    exact : bool
        Whether the tiles cover the map without remainder.
    """

    m: int
    rows: int
    columns: int
    padding: tuple[int, int]
    out: tuple[int, int]
    exact: bool


@lru_cache(maxsize=256)
def tile(shape: Shape, padding: tuple[int, int], m: int) -> Tiling:
    """The tiles of the feature map that a 3×3 convolution at stride 1 makes.

    Parameters
    ----------
    shape : tuple
        (N, C, H, W) of the images.
    padding : (int, int)
        Height and width, in pixels.
    m : int
        Outputs along one side of a tile, 2 or 4.

    Returns
    -------
    tiling : Tiling
        The tiles.

    Examples
    --------
    >>> tile((1, 3, 14, 14), (1, 1), 4)
    Tiling(m=4, rows=4, columns=4, padding=(1, 1), out=(14, 14), exact=False)
    """
    oh, ow = (size + 2 * p - 2 for size, p in zip(shape[2:], padding, strict=True))
    rows, columns = -(-oh // m), -(-ow // m)
    exact = (oh, ow) == (m * rows, m * columns)
    return Tiling(m, rows, columns, padding, (oh, ow), exact)


def get_or_compute(
    cache: FilterCache | None, key: tuple[int, int], compute: Callable[[], Array]
) -> Array:
    """Look up transformed filters, or compute and store them.

    Parameters
    ----------
    cache : dict or None
        Transformed filters; None stores nothing.
    key : (int, int)
        Outputs along one side of a tile, m, and a number for the layout.
    compute : callable
        Called without arguments if the cache has none for the key.

    Returns
    -------
    u : array
        The transformed filters.
    """
    u = None if cache is None else cache.get(key)
    if u is None:
        u = compute()
        if cache is not None:
            cache[key] = u
    return u
