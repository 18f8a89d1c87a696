"""The smallest check that fails: its arguments, the right numbers, and the student's."""

from collections.abc import Sequence
from typing import SupportsFloat

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.results import Comparison, Results
from minivgg.classroom.tasks import Case, Task

MAX_SHOWN = 25  # numbers of an array that is written out
MAX_LINE = 100


def smallest_wrong(results: Results, comparisons: Sequence[Comparison]) -> Comparison | None:
    """The wrong array of the case with the smallest arguments.

    Parameters
    ----------
    results : Results
        A student's.
    comparisons : sequence of Comparison
        Of any outputs.

    Returns
    -------
    comparison : Comparison, optional
        None if none is wrong.
    """
    wrong = [c for c in comparisons if not c.is_right]
    return min(wrong, key=lambda c: (_has_nan(c), results.cases[c.case].size), default=None)


def _has_nan(comparison: Comparison) -> bool:
    """Numbers say more than nan where there are both."""
    actual = comparison.actual
    return actual is not None and not bool(np.isfinite(np.asarray(actual, float)).all())


def describe_example(results: Results, comparison: Comparison) -> list[str]:
    """Lines with the arguments of a case, what was expected, and what came.

    Parameters
    ----------
    results : Results
        A student's.
    comparison : Comparison
        The wrong array that is shown.

    Returns
    -------
    lines : list of str
        The first names the case.
    """
    case, task = results.cases[comparison.case], results.task
    call = comparison.call if task.observe is None else 0
    which = f", call {call + 1}" if len(case.calls) > 1 and task.observe is None else ""
    lines = [f"Wrong, for example: {case.about}{which}"]
    lines += [f"  {line}" for line in describe_arguments(task, case, call)]
    return [*lines, *(f"  {line}" for line in describe_difference(comparison))]


def describe_arguments(task: Task, case: Case, call: int = 0) -> list[str]:
    """The arguments of a call by their names; large arrays by their shapes.

    Parameters
    ----------
    task : Task
        Whose case it is.
    case : Case
        Public or hidden.
    call : int
        The index of the call.

    Returns
    -------
    lines : list of str
        Several short arguments share a line.
    """
    lines: list[str] = []
    for name, value in zip(task.argument_names, case.arguments()[call], strict=False):
        text = f"{name} = {write(value)}"
        if lines and len(lines[-1]) + len(text) + 2 <= MAX_LINE:
            lines[-1] += f", {text}"
        else:
            lines.append(text)
    return lines


def write(value: object) -> str:
    """A value in one line; the shape of a large array, and of one with axes of length 1.

    Parameters
    ----------
    value : object
        An argument or a result.

    Returns
    -------
    text : str
        Numbers that are not integers have three digits.

    Examples
    --------
    >>> write(np.array([[[[1.0, -2.5], [3.0, 4.0]]]]))
    '[[1, −2.5], [3, 4]] (1×1×2×2)'
    >>> write(np.zeros((4, 5, 6)))
    'an array of 4×5×6'
    """
    if isinstance(value, dict):  # a random generator, or the output of the call before
        [(kind, content)] = value.items()
        return f"default_rng({content})" if kind == "rng" else "the result of the call before"
    if isinstance(value, list) and len(str(value)) > MAX_LINE:
        return f"a list of {len(value)}"
    if not isinstance(value, np.ndarray):
        return str(value)
    shape = "×".join(map(str, value.shape))
    if value.size > MAX_SHOWN:
        return f"an array of {shape}"
    if not value.ndim:
        return write_number(value)
    if not value.size:
        return f"an empty array of {shape}"
    shown = value.reshape([n for n in value.shape if n > 1] or [1])
    return _nested(shown) + (f" ({shape})" if value.ndim > 1 else "")


def _nested(a: Array) -> str:
    if not a.ndim:
        return write_number(a)
    return "[" + ", ".join(map(_nested, a)) + "]"


def write_number(value: SupportsFloat, digits: int = 3) -> str:
    """A number as in a text: with a minus sign, and without decimals if it is an integer.

    Parameters
    ----------
    value : number
        Also an array of no axes.
    digits : int
        How many a number that is not an integer has.

    Returns
    -------
    text : str
        Without trailing zeros.
    """
    number = float(value) + 0.0  # no −0
    is_long = number.is_integer() or abs(number) >= 1e6  # a count, or nearly one
    text = f"{number:.12g}" if is_long else f"{number:.{digits}g}"
    return text.replace("-", "−")


def describe_difference(comparison: Comparison) -> list[str]:
    """What an array should be, and what it is: all of it, or the entry with the largest difference.

    Parameters
    ----------
    comparison : Comparison
        A wrong one.

    Returns
    -------
    lines : list of str
        One or two.
    """
    name, actual, right = comparison.name, comparison.actual, comparison.right
    if right is None:
        return [f"{name} should be None, but is an array."]
    if actual is None:
        return [f"{name} should be {write(right)}, but is None."]
    if actual.shape != right.shape:
        line = f"{name} should have shape {right.shape}, but has shape {actual.shape}."
        return [line, *_both(name, actual, right)]
    if not right.shape:
        return [f"{name} should be {write_number(right, 7)}, but is {write_number(actual, 7)}."]
    difference = np.abs(actual.astype(float) - right)
    difference[np.isfinite(right) & ~np.isfinite(actual.astype(float))] = np.inf
    difference[np.isnan(difference)] = 0
    place = tuple(map(int, np.unravel_index(difference.argmax(), difference.shape)))
    index = ", ".join(map(str, place))
    entry = (
        f"{name} at [{index}] should be {write_number(right[place], 7)}, but is "
        f"{write_number(actual[place], 7)}."
    )
    return [*_both(name, actual, right), entry]


def _both(name: str, actual: Array, right: Array) -> list[str]:
    if max(actual.size, right.size) > MAX_SHOWN or write(actual) == write(right):
        return []
    return [f"{name} should be {write(right)}", f"{' ' * len(name)}    but is {write(actual)}"]
