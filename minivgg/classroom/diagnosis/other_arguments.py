"""Whether a result is the right one for other arguments: padding 1 instead of the given padding.

The bank's answer is called with changed arguments. If it gives the student's result in all cases,
the sentence about it is true, whatever the code looks like.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from minivgg.classroom.diagnosis.time_budget import check_time
from minivgg.classroom.results import Comparison, Results, nearly_equal
from minivgg.classroom.tasks import Case, Task

Arguments: TypeAlias = dict[str, Any]


def _only(axis: int, index: int) -> Callable[[Any], Any]:
    """Keep one entry of an axis; the others become 0."""

    def keep(a: Any) -> Any:
        a = np.asarray(a)
        shape = [1] * a.ndim
        shape[axis] = a.shape[axis]
        kept = np.zeros(a.shape[axis])
        kept[index] = 1
        return a * kept.reshape(shape)

    return keep


def _repeat(axis: int, index: int) -> Callable[[Any], Any]:
    """One entry of an axis stands for all."""
    return lambda a: np.broadcast_to(np.take(a, [index], axis=axis), a.shape).copy()


def _square_part(x: Any) -> Any:
    side = min(x.shape[2:])
    return x[:, :, :side, :side]


def _set(name: str, value: Callable[[Arguments], Any]) -> Callable[[Arguments], Arguments]:
    def change(a: Arguments) -> Arguments:
        if name not in a:
            raise KeyError(name)
        return a | {name: value(a)}

    return change


def _map(name: str, function: Callable[[Any], Any]) -> Callable[[Arguments], Arguments]:
    return lambda a: a | {name: function(a[name])}


def _kernel_height(a: Arguments) -> int:
    if "w" in a:
        return int(a["w"].shape[2])
    return int(a["size"] if "size" in a else a["kh"])


# What the changed arguments are called, and how they are made. KeyError: not for this task.
CHANGES: tuple[tuple[str, Callable[[Arguments], Arguments]], ...] = (
    ("padding 0, whatever the padding is", _set("padding", lambda a: 0)),
    ("padding 1, whatever the padding is", _set("padding", lambda a: 1)),
    ("twice the padding", _set("padding", lambda a: 2 * a["padding"])),
    (
        "half the kernel as padding",
        _set("padding", lambda a: _kernel_height(a) // 2),
    ),
    ("stride 1, whatever the stride is", _set("stride", lambda a: 1)),
    ("a stride of the kernel's height", _set("stride", _kernel_height)),
    ("a window of the stride's size", _set("size", lambda a: a["stride"])),
    ("a kernel of kh×kh", _set("kw", lambda a: a["kh"])),
    ("a kernel of kw×kw", _set("kh", lambda a: a["kw"])),
    ("the square part of x", _map("x", _square_part)),
    ("x with rows and columns swapped", _map("x", lambda x: x.swapaxes(2, 3))),
    ("the first image instead of every image", _map("x", _repeat(0, 0))),
    ("the last image instead of every image", _map("x", _repeat(0, -1))),
    ("only the first image, the others being 0", _map("x", _only(0, 0))),
    ("only the last image, the others being 0", _map("x", _only(0, -1))),
    ("only the first channel of x, the others being 0", _map("x", _only(1, 0))),
    ("only the last channel of x, the others being 0", _map("x", _only(1, -1))),
    ("the first filter instead of every filter", _map("w", _repeat(0, 0))),
    ("the last filter instead of every filter", _map("w", _repeat(0, -1))),
    ("the first channel of each filter instead of every channel", _map("w", _repeat(1, 0))),
    ("the last channel of each filter instead of every channel", _map("w", _repeat(1, -1))),
    ("the kernels with rows and columns swapped", _map("w", lambda w: w.swapaxes(2, 3))),
    ("the kernels turned by 180 degrees", _map("w", lambda w: w[:, :, ::-1, ::-1])),
    ("a bias of 0", _map("b", lambda b: 0 * b)),
    ("the first bias instead of every bias", _map("b", _repeat(0, 0))),
    ("only the first image of dy, the others being 0", _map("dy", _only(0, 0))),
    ("only the last image of dy, the others being 0", _map("dy", _only(0, -1))),
    ("only the first filter of dy, the others being 0", _map("dy", _only(1, 0))),
    ("only the last filter of dy, the others being 0", _map("dy", _only(1, -1))),
    ("only the first row of dy, the others being 0", _map("dy", _only(2, 0))),
    ("only the last row of dy, the others being 0", _map("dy", _only(2, -1))),
    ("only the first column of dy, the others being 0", _map("dy", _only(3, 0))),
    ("only the last column of dy, the others being 0", _map("dy", _only(3, -1))),
    ("a dy of ones", _map("dy", np.ones_like)),
    ("the absolute values of x", _map("x", np.abs)),
    ("−x", _map("x", lambda x: -x)),
    ("x rounded down to integers", _map("x", np.floor)),
    ("labels that are larger by one", _map("labels", lambda y: y + 1)),
    ("labels that are smaller by one", _map("labels", lambda y: y - 1)),
    ("the first label for every row", _map("labels", _repeat(0, 0))),
    ("logits with the wrong sign", _map("logits", lambda z: -z)),
    ("1 − p instead of p", _set("p", lambda a: 1 - a["p"])),
)


def describe_other_arguments(
    task: Task, results: Results, comparisons: Sequence[Comparison]
) -> str:
    """The arguments for which one output would be right in all cases.

    Parameters
    ----------
    task : Task
        Of the results.
    results : Results
        A student's.
    comparisons : sequence of Comparison
        Of one output, in all cases.

    Returns
    -------
    words : str
        "padding 1, whatever the padding is", for example, or "".
    """
    if task.has_memory or task.observe is not None:
        return ""
    return next(
        (
            words
            for words, change in CHANGES
            if _agrees(task, results, comparisons, change, nearly_equal)
        ),
        "",
    )


def describe_other_shape(task: Task, results: Results, comparisons: Sequence[Comparison]) -> str:
    """The arguments to which the shape of one output would belong in all cases.

    Parameters
    ----------
    task : Task
        Of the results.
    results : Results
        A student's.
    comparisons : sequence of Comparison
        Of one output, in all cases.

    Returns
    -------
    words : str
        "padding 1, whatever the padding is", for example, or "".
    """

    def same_shape(a: Any, b: Any) -> bool:
        return a is not None and b is not None and a.shape == b.shape

    if all(same_shape(c.actual, c.right) for c in comparisons):
        return ""
    return next(
        (
            words
            for words, change in CHANGES
            if _agrees(task, results, comparisons, change, same_shape)
        ),
        "",
    )


def describe_sum(results: Results, wrong: Sequence[Comparison]) -> str:
    """Whether the wrong results are the right ones plus a multiple of an argument.

    Parameters
    ----------
    results : Results
        A student's.
    wrong : sequence of Comparison
        Of one output, with the right shape and without nan.

    Returns
    -------
    words : str
        "is the right result plus 2 times logits", for example, or "".
    """
    if results.task.observe is not None:
        return ""
    for k, name in enumerate(results.task.argument_names):
        given = [results.cases[c.case].arguments()[c.call] for c in wrong]
        arguments = [call[k] if k < len(call) else None for call in given]
        if factor := _common_factor(wrong, arguments):
            sign = "plus" if factor > 0 else "minus"
            return f"is the right result {sign} {abs(factor):.4g} times {name}"
    return ""


def _common_factor(wrong: Sequence[Comparison], arguments: Sequence[Any]) -> float:
    """The constant c of actual = right + c·argument, or 0."""
    factors = []
    for c, argument in zip(wrong, arguments, strict=True):
        if not isinstance(argument, np.ndarray) or argument.shape != np.shape(np.asarray(c.right)):
            return 0.0
        difference = np.asarray(c.actual, float) - np.asarray(c.right)
        factor = float((difference * argument).sum() / (argument**2).sum())  # nan if it is all 0
        if not nearly_equal(difference, factor * argument):
            return 0.0
        factors.append(factor)
    return factors[0] if len(factors) > 1 and np.ptp(factors) < 1e-3 * abs(factors[0]) else 0.0


def _agrees(
    task: Task,
    results: Results,
    comparisons: Sequence[Comparison],
    change: Callable[[Arguments], Arguments],
    is_same: Callable[[Any, Any], bool],
) -> bool:
    """Whether the right results for changed arguments are the student's in all cases."""
    check_time()
    wrong_first = sorted(comparisons, key=lambda c: c.is_right)
    return bool(comparisons) and all(
        any(is_same(c.actual, other) for other in _changed(task, results.cases[c.case], c, change))
        for c in wrong_first
    )


def _changed(
    task: Task, case: Case, comparison: Comparison, change: Callable[[Arguments], Arguments]
) -> Iterator[Any]:
    """The right output for changed arguments; nothing if these are impossible."""
    if comparison.name not in task.returns:
        return
    given = case.arguments()[comparison.call]
    if any(isinstance(a, dict) for a in given):
        return
    try:
        arguments = change(dict(zip(task.argument_names, given, strict=True)))
        with np.errstate(all="ignore"):
            outputs = task.answer(*arguments.values())
    except (KeyError, ValueError, IndexError, TypeError, ZeroDivisionError, AttributeError):
        return
    k = task.returns.index(comparison.name)
    yield np.asarray(outputs[k] if isinstance(outputs, tuple) else outputs)
