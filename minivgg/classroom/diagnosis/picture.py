"""The picture of a wrong result: its numbers beside the right ones."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.diagnosis.wrong_entries import axis_names
from minivgg.classroom.results import Results, compare_arrays

if TYPE_CHECKING:
    from minivgg.plots.figure import Figure

MIN_IN_PICTURE = 9  # numbers of a map
RELATIVE_TOLERANCE = 1e-4  # of the largest number, as everywhere in the checks


class _Wrong(NamedTuple):
    """A wrong array: what it should be, what it is, the names of its axes, output and check."""

    right: Array
    actual: Array
    axes: tuple[str, ...]
    output: str
    about: str


def picture_of_difference(results: Results, expected: Results) -> "Callable[[], Figure] | None":
    """A function that draws a small wrong array beside the right one.

    Parameters
    ----------
    results, expected : Results
        A student's, and the right ones.

    Returns
    -------
    draw : function, or None if no wrong output is an array of the right shape
        Returns a figure.
    """
    task = results.task
    found: list[_Wrong] = []
    for comparison in compare_arrays(results, expected):
        output = comparison.name.split(" of call ")[0]
        a, b = comparison.actual, comparison.right
        if comparison.is_right or output not in task.returns or a is None or b is None:
            continue  # what a task observes besides its outputs is no map
        if _can_be_drawn(a, b):
            about = results.cases[comparison.case].about
            found.append(_Wrong(b, a, axis_names(task, output, b.ndim), comparison.name, about))
    if not found:
        return None
    smallest = min(found, key=lambda wrong: _order(wrong.right))
    return lambda: _draw(smallest)


def _order(right: Array) -> tuple[bool, bool, int]:
    """Small maps first; then series; those of very few numbers, which show nothing, last."""
    height, width = right.shape[-2:] if right.ndim > 1 else (1, right.size)
    size = height * width
    is_tiny = size < MIN_IN_PICTURE
    return (is_tiny, right.ndim < 2, -size if is_tiny else size)


def _can_be_drawn(actual: Array, right: Array) -> bool:
    """Whether both are maps or series of one shape."""
    return right.size > 1 and actual.shape == right.shape


def _draw(wrong: _Wrong) -> "Figure":
    """Draw the map with the most wrong numbers."""
    from minivgg.plots.wrong_entries import wrong_entries

    right, actual = (np.atleast_2d(np.asarray(a, float)) for a in (wrong.right, wrong.actual))
    axes = wrong.axes if wrong.right.ndim > 1 else ("", *wrong.axes)
    if axes[-2].startswith("index"):  # what they are is not known
        axes = (*axes[:-2], "row", "column")
    is_wrong = wrong_mask(right, actual)
    counts = is_wrong.sum(axis=(-2, -1))
    place: Any = np.unravel_index(int(counts.argmax()), counts.shape)
    where = ", ".join(f"{name} {index}" for name, index in zip(axes, place, strict=False))
    count = int(is_wrong.sum())
    title = f"{wrong.output}: {count} of {right.size} numbers {'is' if count == 1 else 'are'} wrong"
    shown = f" (below: {where})" if where else ""
    return wrong_entries(
        right[place],
        actual[place],
        f"{title}{shown}\nin the check: {wrong.about}",
        wrong=is_wrong[place],
        axes=(axes[-2], axes[-1]),
    )


def wrong_mask(right: Array, actual: Array) -> Array:
    """Which numbers are wrong, up to rounding.

    Parameters
    ----------
    right, actual : float array
        Of one shape.

    Returns
    -------
    mask : bool array
        Of the same shape.
    """
    limit = np.abs(right).max(initial=1e-12, where=np.isfinite(right))
    with np.errstate(all="ignore"):
        is_near = np.abs(actual - right) <= RELATIVE_TOLERANCE * limit
    return np.asarray(~(is_near | (actual == right) | (np.isnan(actual) & np.isnan(right))))
