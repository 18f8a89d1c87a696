"""Finding the known mistakes that explain wrong results.

The bank's answer makes each mistake of a task, and each pair of mistakes, on the same cases. If a
student's results are the same as these, the student made these mistakes. Only results are compared,
so it does not matter how a function is written.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from minivgg.classroom.results import (
    Results,
    bank_results,
    nearly_equal,
    same_arrays,
    same_observations,
    same_observations_in_case,
)
from minivgg.classroom.tasks import Task

Candidate: TypeAlias = tuple[str, ...]  # the names of one or two variants of mistakes

# what math.exp and math.log raise instead of returning inf and nan
OVERFLOW_ERRORS = ("OverflowError", "FloatingPointError", "ZeroDivisionError", "ValueError")
MAX_CASES = 40  # more hidden cases than this are graded, but only the first ones are diagnosed


def diagnose(
    results: Results, correct: Sequence[dict[str, bool]]
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The fewest mistakes that explain the results.

    First all results are explained together. Then each wrong output is explained alone, dw without
    dx for example. If neither is possible, the mistake that fits most cases is taken: this also
    helps where some cases ended in errors.

    Parameters
    ----------
    results : Results
        A student's, not all of which are right.
    correct : sequence of dict
        For each case {output: whether it is right}.

    Returns
    -------
    mistakes : tuple of str
        Their names.
    conventions : tuple of str
        The names of conventions, which are not mistakes.
    certain : bool
        Whether the explanation fits in all cases.
    """
    task, cases = results.task, results.cases[:MAX_CASES]
    results = Results(task, cases, results.records[: len(cases)])
    wrong = {name for outputs in correct for name, is_right in outputs.items() if not is_right}
    compare = same_observations if wrong or task.observe is None else same_arrays
    found = _explain(results, compare)
    if found is None and task.observe is None and len(task.returns) > 1:
        separate = [_explain_output(results, name) for name in sorted(wrong)]
        found = tuple(dict.fromkeys(variant for variants in separate for variant in variants))
    certain = bool(found)
    if not found:
        found = (_explain_most_cases(results, correct) if wrong else None) or ()
    mistakes = dict.fromkeys(task.find_mistake(variant) for variant in found)
    return (
        tuple(m.name for m in mistakes if not m.convention),
        tuple(m.name for m in mistakes if m.convention),
        certain,
    )


def _candidates(task: Task, pairs: bool = True) -> Iterator[Candidate]:
    """Single mistakes, conventions first, then pairs of mistakes."""
    mistakes = sorted(task.mistakes, key=lambda m: not m.convention)
    variants = [variant for m in mistakes for variant in m.variant_names]
    yield from ((variant,) for variant in variants)
    for a, b in itertools.combinations(variants, 2) if pairs else ():
        if a.split("/")[0] != b.split("/")[0]:
            yield a, b


def _explain(results: Results, compare: Callable[[Results, Results], bool]) -> Candidate | None:
    """The first candidate whose results are the same, or None."""
    for candidate in _candidates(results.task, pairs=compare is same_observations):
        if compare(results, bank_results(results.task, results.cases, candidate)):
            return candidate
    return None


def _explain_output(results: Results, name: str) -> Candidate:
    """The candidate that explains the output ``name`` and changes the fewest outputs, or ()."""
    right = bank_results(results.task, results.cases)
    fitting: list[tuple[int, Candidate]] = []
    for candidate in _candidates(results.task):
        if fitting and len(candidate) > len(fitting[0][1]):
            break
        wrong = bank_results(results.task, results.cases, candidate)
        if same_observations(results, wrong, {name}):
            others = results.task.returns
            changed = sum(not same_observations(wrong, right, {other}) for other in others)
            fitting.append((changed, candidate))
    return min(fitting)[1] if fitting else ()


def _explain_most_cases(results: Results, correct: Sequence[dict[str, bool]]) -> Candidate | None:
    """The candidate that fits most cases, or None.

    It has to fit in three quarters of the wrong cases, and in all cases but one (in all, if there
    are fewer than four cases); cases that ended in errors are left out. It also fits where shapes
    differ only in axes of length 1, and where a case ended in an error and the candidate overflows.
    """
    everywhere = range(len(results))
    errors = {i for i in everywhere if results.observed(i) is None}
    wrong = {i for i in everywhere if not all(correct[i].values())}
    for candidate in _candidates(results.task):
        expected = bank_results(results.task, results.cases, candidate)
        fitting = {i for i in everywhere if _case_fits(results, expected, i)}
        unexplained = set(everywhere) - fitting - errors
        if (
            wrong & fitting
            and len(fitting & wrong) >= 0.75 * len(wrong - errors)
            and len(unexplained) <= (len(results) >= 4)
        ):
            return candidate
    return None


def _case_fits(results: Results, expected: Results, i: int) -> bool:
    """Whether a case agrees except for axes of length 1, or overflows where an error is raised."""
    x, y = results.observed(i), expected.observed(i)
    if results.task.observe is not None or y is None:
        return y is not None and same_observations_in_case(results, expected, i)
    if x is None:
        kind = next(record["error"][0] for record in results.records[i] if "error" in record)
        return kind in OVERFLOW_ERRORS and any(
            not np.isfinite(a).all() for arrays in y.values() for a in arrays if a is not None
        )
    return all(nearly_equal(_squeeze(x[name]), _squeeze(y[name])) for name in y)


def _squeeze(arrays: Sequence[Any]) -> list[Any]:
    return [None if a is None else np.squeeze(a) for a in arrays]
