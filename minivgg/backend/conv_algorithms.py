"""The algorithms for convolution, and the choice between those of a device by its cost model.

The choice is made by shape and dtype, for y, dw and dx separately. An algorithm has variants that
its own file chooses, also by shape: im2col for few channels, dx as a convolution or by col2im
(``cpu/convolution.py``), and Winograd with tiles that threads share (``cpu/conv_winograd.py``).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from minivgg.backend.geometry import Geometry
from minivgg.backend.types import Array

NAMES = ("auto", "im2col", "winograd", "direct", "textbook")  # what a caller may ask for
MAX_WINOGRAD_PADDING = 2  # pixels: with more, a window would see nothing but the border

Explain: TypeAlias = Callable[[str], object]  # a function that gets a sentence about a choice

logger = logging.getLogger("minivgg.ops.conv")  # named after the operation, which users know


class Algorithm(Enum):
    """How a convolution is computed.

    Attributes
    ----------
    family : str
        The name that callers use, one of ``NAMES``.
    tile_size : int or None
        The m of Winograd's F(m×m, 3×3), else None.
    """

    IM2COL = "im2col", None
    DIRECT = "direct", None
    WINOGRAD_2 = "winograd", 2
    WINOGRAD_4 = "winograd", 4

    def __init__(self, family: str, tile_size: int | None) -> None:
        self.family, self.tile_size = family, tile_size

    def __str__(self) -> str:
        m = self.tile_size
        return self.family if m is None else f"{self.family} F({m}×{m}, 3×3)"


@dataclass(frozen=True, eq=False)
class CostModel:
    """What the algorithms of a device cost.

    Parameters
    ----------
    device : str
        Its name.
    algorithms : tuple of Algorithm
        The algorithms that it has.
    nanoseconds : callable
        (algorithm, N, C, O, geometry) -> the cost of convolving N images, C -> O channels.
    unit : str
        What a sentence about costs in ms begins with.
    """

    device: str
    algorithms: tuple[Algorithm, ...]
    nanoseconds: Callable[[Algorithm, int, int, int, Geometry], float]
    unit: str


def choose(
    costs: CostModel,
    op: str,
    requested: str | Algorithm,
    x: Array,
    out_channels: int,
    geometry: Geometry,
    explain: Explain | None = None,
) -> Algorithm:
    """Choose the algorithm for a convolution: the cheapest of those that fit the request.

    The log gets a sentence that says what was chosen and why, at level DEBUG.

    Parameters
    ----------
    costs : CostModel
        The algorithms of the device, and what they cost.
    op : str
        The operation, for messages.
    requested : str or Algorithm
        One of ``NAMES``, or an ``Algorithm``. "auto" takes Winograd's for float32 only.
    x : array of shape (N, C, H, W)
        Images, of which only shape and dtype count.
    out_channels : int
        O, the number of filters.
    geometry : Geometry
        The windows.
    explain : callable, optional
        Called with the same sentence as the log.

    Returns
    -------
    algorithm : Algorithm
        The cheapest.

    Raises
    ------
    ValueError
        If there is no such algorithm, or it cannot compute this convolution. The message begins
        with ``op``.
    """
    if not isinstance(requested, Algorithm) and requested not in NAMES:
        names = ", ".join(map(repr, NAMES))
        raise ValueError(f"{op}: unknown algorithm {requested!r}: there are {names}")
    ranking = _rank(costs, requested, x.shape[:2], x.dtype, out_channels, geometry)
    if not ranking:
        reason = _reason(costs.device, requested, geometry)
        raise ValueError(f"{op}: {reason}: use algorithm='auto'")
    chosen = ranking[0][0]
    if explain or logger.isEnabledFor(logging.DEBUG):
        table = ", ".join(f"{algorithm} {ns / 1e6:.3g}" for algorithm, ns in ranking)
        report(
            f"{op} {x.shape} {x.dtype} -> {out_channels} channels: {chosen}, "
            f"{_name(requested)!r} was asked for ({costs.unit}: {table})",
            explain,
        )
    return chosen


def report(sentence: str, explain: Explain | None) -> None:
    """Give a sentence about a choice to the log.

    Parameters
    ----------
    sentence : str
        What was chosen and why.
    explain : callable or None
        Called with the sentence too.
    """
    logger.debug(sentence)
    if explain:
        explain(sentence)


@lru_cache(maxsize=1024)
def _rank(
    costs: CostModel,
    requested: str | Algorithm,
    n_and_c: tuple[int, int],
    dtype: np.dtype,
    out_channels: int,
    geometry: Geometry,
) -> tuple[tuple[Algorithm, float], ...]:
    """((algorithm, nanoseconds), ...) of all that fit the request, the cheapest first."""
    n, c = n_and_c
    names: tuple[str | Algorithm, ...]
    names = ("im2col", "direct") if requested == "auto" else (requested,)
    if requested == "auto" and dtype == np.float32:
        names += ("winograd",)
    ranking = [
        (algorithm, costs.nanoseconds(algorithm, max(1, n), c, out_channels, geometry))
        for algorithm in costs.algorithms
        if (algorithm in names or algorithm.family in names)
        and (algorithm.tile_size is None or _fits_winograd(geometry))
    ]
    return tuple(sorted(ranking, key=lambda item: item[1]))


def _fits_winograd(geometry: Geometry) -> bool:
    return (
        geometry.kernel == (3, 3)
        and geometry.stride == (1, 1)
        and geometry.groups == 1
        and geometry.dilation == (1, 1)
        and max(geometry.padding) <= MAX_WINOGRAD_PADDING
    )


def _name(requested: str | Algorithm) -> str:
    return str(requested) if isinstance(requested, Algorithm) else requested


def _reason(device: str, requested: str | Algorithm, geometry: Geometry) -> str:
    """Why no algorithm of a device fits a request."""
    name = _name(requested)
    if name.startswith("winograd") and not _fits_winograd(geometry):
        kh, kw = geometry.kernel
        return (
            "Winograd's algorithm is for 3×3 filters at stride 1 in one group with padding up to "
            f"{MAX_WINOGRAD_PADDING} and dilation 1, not for {kh}×{kw} at stride {geometry.stride} "
            f"in {geometry.groups} group(s) with padding {geometry.padding} and dilation "
            f"{geometry.dilation}"
        )
    return f"algorithm {name!r} does not exist on the {device} yet"
