"""Which entries of an array are wrong: images after the first, the last row, and such."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.folding import fold
from minivgg.classroom.diagnosis.case_facts import facts_of
from minivgg.classroom.diagnosis.examples import write_number
from minivgg.classroom.diagnosis.time_budget import check_time
from minivgg.classroom.results import Comparison, Results
from minivgg.classroom.tasks import Task

Pattern: TypeAlias = tuple[str, Callable[[Comparison], Array]]  # words, and where they are true

MIN_WRONG = 0.6  # of the entries of a pattern; the others are right by chance

AXES = {  # what the axes of an output are, by its name
    "y": ("image", "filter", "row", "column"),
    "dx": ("image", "channel", "row", "column"),
    "x": ("image", "channel", "row", "column"),
    "dw": ("filter", "channel", "kernel row", "kernel column"),
    "db": ("filter",),
    "dlogits": ("row", "class"),
    "cols": ("row", "column"),
}
AXES_OF_IMAGES = ("image", "channel", "row", "column")


def describe_entries(results: Results, comparisons: Sequence[Comparison]) -> str:
    """Where the wrong entries of an output are, in all cases in which it is wrong.

    Parameters
    ----------
    results : Results
        A student's.
    comparisons : sequence of Comparison
        The wrong ones of one output, whose shapes are right.

    Returns
    -------
    words : str
        "is wrong only in ...", or "".
    """
    masks = [_wrong_entries(c) for c in comparisons]
    if not masks or any(mask is None for mask in masks):
        return ""
    best, fewest = "", 1.0
    for words, pattern in _patterns(results, comparisons[0]):
        check_time()
        share = _share_of_pattern(comparisons, masks, pattern)
        if share is not None and share < fewest - 1e-9:
            best, fewest = words, share
    if not best:
        return ""
    return f"is wrong only {best}{_what_is_there(comparisons, masks)}"


def _share_of_pattern(
    comparisons: Sequence[Comparison],
    masks: Sequence[Any],
    pattern: Callable[[Comparison], Array],
) -> float | None:
    """How many of all entries the pattern has, if it contains all wrong ones and few others."""
    inside = total = wrong = 0
    for comparison, mask in zip(comparisons, masks, strict=True):
        try:
            holds = np.broadcast_to(pattern(comparison), mask.shape)
        except (ValueError, IndexError, KeyError, TypeError):
            return None
        if (mask & ~holds).any():
            return None
        inside, total = inside + int(holds.sum()), total + mask.size
        wrong += int(mask.sum())
    return inside / total if wrong >= MIN_WRONG * inside else None


def _wrong_entries(comparison: Comparison) -> Array | None:
    actual, right = comparison.actual, comparison.right
    if actual is None or right is None or actual.shape != right.shape:
        return None
    a, b = np.asarray(actual, float), np.asarray(right, float)
    tolerance = 1e-4 * np.abs(b).max(initial=1e-6, where=np.isfinite(b))
    return np.asarray(~(np.abs(a - b) <= tolerance) & ~(~np.isfinite(a) & ~np.isfinite(b)))


def _what_is_there(comparisons: Sequence[Comparison], masks: Sequence[Any]) -> str:
    """What the wrong entries are, if they are all the same."""
    pairs = zip(comparisons, masks, strict=True)
    values = np.unique(np.concatenate([np.asarray(c.actual, float)[mask] for c, mask in pairs]))
    if len(values) == 1:  # nan is one value
        return f", where it is {write_number(values[0])}"
    return ""


def axis_names(task: Task, output: str, dimensions: int) -> tuple[str, ...]:
    """What the axes of an output are.

    Parameters
    ----------
    task : Task
        Whose output it is.
    output : str
        Its name, such as "dx".
    dimensions : int
        The number of axes.

    Returns
    -------
    names : tuple of str
        "image", "channel", "row", "column", for example; "index 0" if they are not known.
    """
    keeps_channels = task.name.startswith(("maxpool", "relu", "dropout"))
    names = AXES_OF_IMAGES if keeps_channels else AXES.get(output, ())
    if len(names) == dimensions:
        return names
    return tuple(f"index {axis}" for axis in range(dimensions))


def _patterns(results: Results, example: Comparison) -> Iterator[Pattern]:
    shape = _shape(example)
    names = axis_names(results.task, example.name.split(" of ")[0], len(shape))
    for axis, name in enumerate(names):
        yield from _patterns_of_axis(axis, name)
    if len(shape) >= 2:
        yield "in the last row and the last column", lambda c: _edge(c, 0, 1)
        yield "in the first row and the first column", lambda c: _edge(c, 1, 0)
        yield "in the outermost rows and columns", lambda c: _edge(c, 1, 1)
        yield "in the two outermost rows and columns", lambda c: _edge(c, 2, 2)
    yield "at the first entry", lambda c: _index(c) == 0
    yield from _patterns_of_arguments(results)


def _patterns_of_axis(axis: int, name: str) -> Iterator[Pattern]:
    plural = {"class": "classes", f"index {axis}": f"entries along axis {axis}"}.get(
        name, f"{name}s"
    )
    yield f"in the last {name}", lambda c: _along(c, axis, lambda i, n: i == n - 1)
    yield f"in the first {name}", lambda c: _along(c, axis, lambda i, n: i == 0)
    yield f"in the {plural} after the first", lambda c: _along(c, axis, lambda i, n: i > 0)
    yield f"in the {plural} before the last", lambda c: _along(c, axis, lambda i, n: i < n - 1)


def _shape(comparison: Comparison) -> tuple[int, ...]:
    return np.asarray(comparison.right).shape


def _along(comparison: Comparison, axis: int, holds: Callable[[Any, int], Any]) -> Array:
    shape = _shape(comparison)
    index = np.arange(shape[axis]).reshape([-1] + [1] * (len(shape) - axis - 1))
    return np.asarray(holds(index, shape[axis]))


def _edge(comparison: Comparison, before: int, after: int) -> Array:
    """The outer rows and columns."""
    h, w = _shape(comparison)[-2:]
    i, j = np.arange(h)[:, None], np.arange(w)
    return (i < before) | (j < before) | (i >= h - after) | (j >= w - after)


def _index(comparison: Comparison) -> Array:
    shape = _shape(comparison)
    return np.arange(int(np.prod(shape))).reshape(shape)


def _patterns_of_arguments(results: Results) -> Iterator[Pattern]:
    """Patterns that depend on the arguments: signs of x and dy, windows that share a pixel."""

    def argument(c: Comparison, name: str) -> Any:
        given = results.cases[c.case].arguments()[c.call]
        return dict(zip(results.task.argument_names, given, strict=True))[name]

    if results.task.name.startswith("relu"):
        yield "where x is negative", lambda c: argument(c, "x") < 0
        yield "where x is positive", lambda c: argument(c, "x") > 0
        yield "where x is 0", lambda c: argument(c, "x") == 0
        yield "where x is above 1", lambda c: argument(c, "x") > 1
        yield "where x is between 0 and 1", lambda c: abs(2 * argument(c, "x") - 1) <= 1
        yield "where dy is negative", lambda c: argument(c, "dy") < 0
        yield "where dy is positive", lambda c: argument(c, "dy") > 0
    yield "where the result should be 0", lambda c: np.asarray(c.right) == 0
    yield "where the result should be negative", lambda c: np.asarray(c.right) < 0
    yield "at the label of each row", lambda c: _is_label(argument(c, "labels"), c)
    yield "beside the label of each row", lambda c: ~_is_label(argument(c, "labels"), c)
    yield "at pixels that several windows share", lambda c: _windows_of_pixels(results, c) > 1
    yield "at pixels that no window covers", lambda c: _windows_of_pixels(results, c) == 0


def _is_label(labels: Array, comparison: Comparison) -> Array:
    return np.asarray(np.arange(_shape(comparison)[1]) == labels[:, None])


def _windows_of_pixels(results: Results, comparison: Comparison) -> Array:
    """How many windows each pixel of the image is part of."""
    f = facts_of(results.task, results.cases[comparison.case])
    kh, kw, oh, ow = (int(f[name]) for name in ("kh", "kw", "OH", "OW"))
    ones = np.ones((1, 1, kh, kw, oh, ow))
    shape = (1, 1, int(f["H"]), int(f["W"]))
    return fold(ones, shape, int(f["stride"]), int(f["padding"]))[0, 0]
