"""Results with far more numbers than the right ones: nothing is said about them but their shape.

Whatever is done with them would take long.
"""

import math
from typing import NamedTuple

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.results import Results

MAX_TIMES, MAX_MORE = 16, 20_000  # as many numbers as an argument or a right result, and more


class Oversized(NamedTuple):
    """An array that is far too large.

    Parameters
    ----------
    case : int
        The index of the case.
    name : str
        Of the output.
    actual, right : tuple of int
        Its shape, and that of the right one; the latter is None for None.
    """

    case: int
    name: str
    actual: tuple[int, ...]
    right: tuple[int, ...] | None


def find_oversized(results: Results, expected: Results) -> list[Oversized]:
    """The arrays that are far too large, of the cases that did not end in an error.

    Parameters
    ----------
    results, expected : Results
        A student's, and the right ones.

    Returns
    -------
    oversized : list of Oversized
        At most one of each case.
    """
    cases = (_find_in_case(results, expected, i) for i in range(len(results)))
    return [found for found in cases if found is not None]


def _find_in_case(results: Results, expected: Results, i: int) -> Oversized | None:
    actual, right = results.arrays(i), expected.arrays(i)
    if actual is None or right is None:
        return None
    given = [a for call in results.cases[i].arguments() for a in call if isinstance(a, np.ndarray)]
    known = [*given, *(a for call in right for a in call if a is not None)]
    limit = MAX_TIMES * max((a.size for a in known), default=1) + MAX_MORE
    for theirs, ours in zip(actual, right, strict=True):
        for name, a, b in zip(results.task.returns, theirs, ours, strict=True):
            if a is not None and _extent(a) > limit:
                return Oversized(i, name, a.shape, None if b is None else b.shape)
    return None


def _extent(a: Array) -> int:
    """The number of numbers; axes of length 0 count as 1, since others are as long as they are."""
    return math.prod(max(side, 1) for side in a.shape)


def describe_oversized(results: Results, oversized: Oversized) -> str:
    """A sentence about the shape of an array.

    Parameters
    ----------
    results : Results
        A student's.
    oversized : Oversized
        One of them.

    Returns
    -------
    sentence : str
        It names the check.
    """
    _, name, actual, right = oversized
    expected = "None" if right is None else f"the shape {right}"
    about = results.cases[oversized.case].about
    return f'{name} has the shape {actual}, expected {expected}, in the check "{about}".'
