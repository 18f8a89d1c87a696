"""The message about a wrong answer: its mistakes with hints, or the first difference; a picture."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.results import Results, integers_are_exact, nearly_equal
from minivgg.classroom.tasks import Case, Task

if TYPE_CHECKING:
    from minivgg.plots.figure import Figure

# Mistakes that any function can have, whatever its task.
WRITES, STATEFUL, ORDER = "writes-into-arguments", "remembers-or-draws", "results-in-another-order"
NOTHING, NOT_WRITTEN = "returns-nothing", "not-written"
GENERAL_MISTAKES = {
    WRITES: "the function changes one of its arguments. Work on a copy, or create a new array.",
    STATEFUL: "two equal calls give different results. Do not keep anything from one call to the "
    "next, and draw random numbers only from a generator that is an argument.",
    ORDER: "all outputs are correct, but the task asks for another order.",
    NOTHING: "the function returns None. Is a return statement missing?",
    NOT_WRITTEN: "not written yet.",
}


def failure_message(
    results: Results,
    expected: Results,
    correct: Sequence[dict[str, bool]],
    names: Sequence[str],
    certain: bool,
    checks: str,
) -> str:
    """How much is right, then the mistakes with hints, or else the first difference.

    Parameters
    ----------
    results, expected : Results
        A student's, and the right ones.
    correct : sequence of dict
        For each case {output: whether it is right}.
    names : sequence of str
        Of the mistakes, those of the task or ``GENERAL_MISTAKES``.
    certain : bool
        Whether the mistakes explain all results.
    checks : {"public checks", "hidden checks"}
        What the cases are called.

    Returns
    -------
    message : str
        Of several lines.
    """
    task = results.task
    lines = [f"{task.name}: not correct yet: {_count_passed(correct, checks)}"]
    if not certain and any(name not in GENERAL_MISTAKES for name in names):
        lines.append("Most cases look like this mistake:")
    lines += [
        f"{name}: {GENERAL_MISTAKES[name]}"
        if name in GENERAL_MISTAKES
        else describe_mistake(task, name)
        for name in names
    ]
    if not certain or all(name in (WRITES, STATEFUL) for name in names):
        lines += _describe_first_difference(results, expected, correct)
    lines += [f"{case.about}: {describe_error(*error)}" for case, error in results.errors[:1]]
    return "\n".join(lines)


def _count_passed(correct: Sequence[dict[str, bool]], checks: str) -> str:
    passed, count = sum(all(outputs.values()) for outputs in correct), len(correct)
    if passed == count:
        return f"all {checks} passed, but there is another problem."
    outputs = [is_right for outputs in correct for is_right in outputs.values()]
    share = sum(outputs) / len(outputs)
    partly = share - passed / count > 0.005
    percent = f" ({100 * share:.0f} % of the outputs are correct)" if partly else ""
    return f"{passed} of {count} {checks} passed{percent}."


def describe_error(kind: str, sentence: str, line: int | str | None) -> str:
    """An exception as a sentence; without its kind where the sentence is enough.

    Parameters
    ----------
    kind : str
        The name of the exception.
    sentence : str
        Its message.
    line : int or str, optional
        Of the student's file; "2 of cell 5" in a notebook.

    Returns
    -------
    sentence : str
        Without a full stop.

    Examples
    --------
    >>> describe_error("IndexError", "list index out of range", 7)
    'IndexError in line 7: list index out of range'
    """
    place = f" in line {line}" if line else ""
    if kind in ("Forbidden", "SystemExit"):
        return f"{sentence}{place}"
    return f"{kind}{place}: {sentence}"


def describe_mistake(task: Task, name: str) -> str:
    """A mistake of a task in one line.

    Parameters
    ----------
    task : Task
        Whose mistake it is.
    name : str
        Of the mistake.

    Returns
    -------
    line : str
        Symptom, hint, and the lesson to read again.
    """
    m = task.find_mistake(name)
    return f"{m.name}: {m.symptom} {m.hint} Reread lesson {m.lesson}."


def describe_conventions(task: Task, names: Sequence[str]) -> str:
    """A line for each recognised convention.

    Parameters
    ----------
    task : Task
        Whose conventions they are.
    names : sequence of str
        Of the conventions.

    Returns
    -------
    lines : str
        Each begins with a line break.
    """
    mistakes = [task.find_mistake(name) for name in names]
    lines = [f"A convention, not a mistake ({m.name}): {m.symptom} {m.hint}" for m in mistakes]
    return "".join(f"\n{line}" for line in lines)


def _describe_first_difference(
    results: Results, expected: Results, correct: Sequence[dict[str, bool]]
) -> list[str]:
    """Lines that say which cases pass, and where the first wrong case differs."""
    task, cases = results.task, results.cases
    passed = [
        case.about for case, outputs in zip(cases, correct, strict=True) if all(outputs.values())
    ]
    lines = ["Correct: " + "; ".join(passed) + "."] if passed else []
    for i, outputs in enumerate(correct):
        wrong = [name for name, is_right in outputs.items() if not is_right]
        if not wrong or results.arrays(i) is None:
            continue
        if task.observe is not None:
            return [*lines, f"Wrong: {cases[i].about}: {', '.join(wrong)}."]
        k = task.returns.index(wrong[0])
        for actual, right in _pairs(results, expected, i, k):
            if not nearly_equal(actual, right) or not integers_are_exact(actual, right):
                call = f"{cases[i].about} ({_describe_arguments(cases[i])})"
                difference = f"{wrong[0]} {_describe_difference(actual, right)}"
                return [*lines, f"Wrong: {call}: {difference}"]
    return lines


def _pairs(
    results: Results, expected: Results, i: int, k: int
) -> list[tuple[Array | None, Array | None]]:
    """(actual, expected) of the k-th output in each call of case ``i``."""
    calls = zip(results.arrays(i) or [], expected.arrays(i) or [], strict=True)
    return [(actual[k], right[k]) for actual, right in calls]


def _describe_difference(actual: Array | None, right: Array | None) -> str:
    if right is None:
        return "should be None, but is an array."
    if actual is None:
        return "should be an array, but is None."
    if actual.shape != right.shape:
        return f"should have shape {right.shape}, but has shape {actual.shape}."
    if not right.shape:
        return f"should be {right:.6g}, but is {actual:.6g}."
    difference = np.abs(actual.astype(float) - right)
    difference[~np.isfinite(actual.astype(float))] = np.inf
    place = tuple(map(int, np.unravel_index(difference.argmax(), difference.shape)))
    index = ", ".join(map(str, place))
    return f"[{index}] should be {right[place]:.6g}, but is {actual[place]:.6g}."


def _describe_arguments(case: Case) -> str:
    """The arguments of a case's first call, shortened."""
    return ", ".join(_shorten(value) for value in case.arguments()[0])


def _shorten(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return "×".join(map(str, value.shape)) if value.ndim else "a number"
    if isinstance(value, dict):
        return next(iter(value))
    return str(value) if len(str(value)) < 40 else f"{type(value).__name__} of {len(value)}"


def picture_of_difference(
    results: Results, expected: Results, correct: Sequence[dict[str, bool]]
) -> "Callable[[], Figure] | None":
    """A function that draws the smallest wrong array beside the right one.

    Parameters
    ----------
    results, expected : Results
        A student's, and the right ones.
    correct : sequence of dict
        For each case {output: whether it is right}.

    Returns
    -------
    draw : function, or None if no wrong output is a map
        Returns a figure.
    """
    task = results.task
    if task.observe is not None:
        return None
    found: list[tuple[Any, Any, str]] = []
    for i, outputs in enumerate(correct):
        for k, name in enumerate(task.returns):
            if outputs.get(name, True) or results.arrays(i) is None:
                continue
            found += [
                (right, actual, f"{name}, {results.cases[i].about}")
                for actual, right in _pairs(results, expected, i, k)
                if _can_be_drawn(actual, right)
            ]
    if not found:
        return None
    smallest = min(found, key=lambda entry: entry[0].shape[-2] * entry[0].shape[-1])
    return lambda: _draw(*smallest)


def _can_be_drawn(actual: Array | None, right: Array | None) -> bool:
    """Whether both are maps of one shape that differ."""
    return (
        right is not None
        and actual is not None
        and right.ndim >= 2
        and actual.shape == right.shape
        and not nearly_equal(actual, right)
    )


def _draw(right: Array, actual: Array, title: str) -> "Figure":
    """Draw the map with the largest difference."""
    from minivgg.plots import figures

    right, actual = (a.reshape(-1, *a.shape[-2:]) for a in (right, actual))
    difference = np.abs(actual.astype(float) - right).max(axis=(1, 2))
    k = int(np.nanargmax(np.where(np.isfinite(difference), difference, np.inf)))
    return figures.wrong_entries(right[k], actual[k], title)
