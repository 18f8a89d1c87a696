"""Floor 1: what Winograd's convolution F(m×m, 3×3) is on every device: its matrices, and how a map is cut into tiles."""

from functools import cache
from typing import NamedTuple

import numpy as np

# The points at which polynomials are evaluated, by m; ∞ comes last. Products on both sides amplify rounding, and points matter: these
# make about half the error of the usual 0, ±1, ±2 for m = 4 (``python -m benchmarks accuracy``). The point 1 comes second, see ``ones``.
POINTS = {2: (0, 1, -1), 4: (0, 1, -1, 1 / 2, -2)}


@cache
def matrices(m, dtype):
    """(Aᵀ, Bᵀ, G) of F(m×m, 3×3): Aᵀ and G evaluate polynomials of m and 3 coefficients at the points, Bᵀ is the transposed inverse.

    Multiplying polynomials is evaluating both, multiplying the values and finding the polynomial through them (Toom and Cook). A
    convolution is the transpose of such a product, and so B and A change places. Source: Lavin & Gray 2015, §4.1.
    """

    def evaluate(coefficients):
        at_points = [[p**power for power in range(coefficients)] for p in POINTS[m]]
        return np.array(
            [*at_points, [0.0] * (coefficients - 1) + [1.0]]
        )  # at ∞ only the highest power counts

    exact = evaluate(m).T, np.linalg.inv(evaluate(m + 2)).T, evaluate(3)
    return tuple(np.ascontiguousarray(matrix, dtype) for matrix in exact)


@cache
def both_sides(m, dtype):
    """G ⊗ G, ((m+2)², 9): G w Gᵀ for every filter, written out as one long column of 9, as a single product."""
    g = matrices(m, dtype)[2]
    return np.kron(g, g)


def ones(m):
    """The place (1, 1), where both polynomials are evaluated at 1: there Aᵀ has a column of ones.

    So a bias added to the products at this one place comes out added to every pixel, and the transformed dy of this place is the sum over
    a tile, which is what the bias's gradient needs: both for 1/36 or 1/16 of the work.
    """
    return m + 3


class Tiling(NamedTuple):
    """How a map is cut: tiles of m×m outputs, ``rows``·``columns`` of them an image; the image's padding, the map's size ``out``."""

    m: int
    rows: int
    columns: int
    padding: tuple
    out: tuple


def tiling(shape, padding, m):
    """The ``Tiling`` of images of shape (N, C, H, W)."""
    out = tuple(side + 2 * p - 2 for side, p in zip(shape[2:], padding, strict=True))
    return Tiling(m, -(-out[0] // m), -(-out[1] // m), tuple(padding), out)


def kept_or_made(kept, m, make):
    """The transformed filters that ``kept``, a dict or None, has for m; else those that ``make()`` makes, kept where there is a dict."""
    u = None if kept is None else kept.get(m)
    if u is None:
        u = make()
    if kept is not None:
        kept[m] = u
    return u
