"""Finding the known mistakes that explain wrong results.

The bank's answer makes each mistake of a task, and each pair of mistakes, on the same cases. If a
student's results are the same as these, the student made these mistakes. Only results are compared,
so it does not matter how a function is written.
"""

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
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

MIN_WRONG = 3  # cases that a mistake has to explain, where others ended in errors

# what math.exp and math.log raise instead of returning inf and nan
OVERFLOW_ERRORS = ("OverflowError", "FloatingPointError", "ZeroDivisionError", "ValueError")


@dataclass(frozen=True)
class Explanation:
    """The mistakes of the bank that explain results.

    Parameters
    ----------
    mistakes : tuple of str
        Their names.
    conventions : tuple of str
        The names of conventions, which are not mistakes.
    certain : bool
        Whether the explanation fits in all cases.
    explained : frozenset of str
        The wrong outputs that it explains; outputs that are observed have the names of these.
    apart_from_errors : bool
        Whether it explains all results, but not the errors of other cases.
    """

    mistakes: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    certain: bool = False
    explained: frozenset[str] = frozenset()
    apart_from_errors: bool = False


def explain(results: Results, correct: Sequence[dict[str, bool]]) -> Explanation:
    """The fewest mistakes that explain the results.

    First all results are explained together, then each wrong output alone, dw without dx for
    example. If neither is possible, the cases without errors are explained in the same way, and
    last, the mistake that fits most cases is taken.

    Parameters
    ----------
    results : Results
        A student's, not all of which are right.
    correct : sequence of dict
        For each case {output: whether it is right}.

    Returns
    -------
    explanation : Explanation
        Without any names if there is none.
    """
    task = results.task
    wrong = _wrong_outputs(correct)
    found, explained = _explain_exactly(results, correct)
    if found:
        return _explanation(task, found, explained, certain=True)
    if not wrong:
        return Explanation()
    if (part := _without_errors(results, correct)) is not None:
        found, explained = _explain_exactly(*part)
        if found and explained == _wrong_outputs(part[1]):
            return _explanation(task, found, explained, apart_from_errors=True)
    return _explanation(task, _explain_most_cases(results, correct) or (), set())


def _explanation(
    task: Task,
    variants: Candidate,
    explained: set[str],
    certain: bool = False,
    apart_from_errors: bool = False,
) -> Explanation:
    mistakes = dict.fromkeys(task.find_mistake(variant) for variant in variants)
    return Explanation(
        tuple(m.name for m in mistakes if not m.convention),
        tuple(m.name for m in mistakes if m.convention),
        certain,
        frozenset(explained),
        apart_from_errors,
    )


def _wrong_outputs(correct: Sequence[dict[str, bool]]) -> set[str]:
    return {name for outputs in correct for name, is_right in outputs.items() if not is_right}


def _explain_exactly(
    results: Results, correct: Sequence[dict[str, bool]]
) -> tuple[Candidate, set[str]]:
    """The mistakes that explain all results, or each output alone; and what they explain."""
    task, wrong = results.task, _wrong_outputs(correct)
    compare = same_observations if wrong or task.observe is None else same_arrays
    if found := _explain_all(results, compare, correct):
        return found, wrong
    if task.observe is not None or len(task.returns) == 1:
        return (), set()
    separate = {name: _explain_output(results, name, correct) for name in sorted(wrong)}
    variants = dict.fromkeys(itertools.chain.from_iterable(separate.values()))
    return tuple(variants), {name for name, found in separate.items() if found}


def _without_errors(
    results: Results, correct: Sequence[dict[str, bool]]
) -> tuple[Results, Sequence[dict[str, bool]]] | None:
    """The cases without errors, if there are enough of them to find a mistake in."""
    kept = [i for i in range(len(results)) if results.observed(i) is not None]
    wrong = [i for i in kept if not all(correct[i].values())]
    if len(kept) == len(results) or len(wrong) < MIN_WRONG or results.task.has_memory:
        return None
    records = [results.records[i] for i in kept]
    part = Results(results.task, [results.cases[i] for i in kept], records)
    return part, [correct[i] for i in kept]


def _candidates(task: Task, pairs: bool = True) -> Iterator[Candidate]:
    """Single mistakes, conventions first, then pairs of mistakes."""
    mistakes = sorted(task.mistakes, key=lambda m: not m.convention)
    variants = [variant for m in mistakes for variant in m.variant_names]
    yield from ((variant,) for variant in variants)
    for a, b in itertools.combinations(variants, 2) if pairs else ():
        if a.split("/")[0] != b.split("/")[0]:
            yield a, b


def _promising(
    results: Results,
    indices: Sequence[int],
    fits: Callable[[Results, Results, int], bool],
    pairs: bool = True,
) -> Iterator[Candidate]:
    """The candidates that fit in at least one of these cases: most fit in none."""
    task = results.task
    # an answer with a memory needs the cases before, too
    needed = range(max(indices) + 1) if task.has_memory else indices
    cases = tuple(results.cases[i] for i in needed)
    part = Results(task, cases, [results.records[i] for i in needed])
    compared = [k for k, i in enumerate(needed) if i in indices]
    for candidate in _candidates(task, pairs):
        expected = bank_results(task, cases, candidate)
        if any(fits(part, expected, k) for k in compared):
            yield candidate


def _easiest_wrong(
    results: Results, correct: Sequence[dict[str, bool]], name: str = "", count: int = 1
) -> list[int]:
    """The indices of wrong cases that cost least to compute; if possible, without errors."""
    wrong = [
        i
        for i, outputs in enumerate(correct)
        if not (outputs[name] if name else all(outputs.values()))
    ]
    wrong = [i for i in wrong if results.observed(i) is not None] or wrong
    if results.task.has_memory:
        return wrong[:count]
    return sorted(wrong, key=lambda i: results.cases[i].size)[:count]


def _explain_all(
    results: Results,
    compare: Callable[[Results, Results], bool],
    correct: Sequence[dict[str, bool]],
) -> Candidate | None:
    """The first candidate whose results are the same, or None."""
    if compare is same_arrays:
        candidates = _candidates(results.task, pairs=False)
    else:
        smallest = _easiest_wrong(results, correct)
        candidates = _promising(results, smallest, same_observations_in_case)
    for candidate in candidates:
        if compare(results, bank_results(results.task, results.cases, candidate)) and _each_matters(
            results, candidate
        ):
            return candidate
    return None


def _each_matters(results: Results, candidate: Candidate) -> bool:
    """Whether each of two mistakes changes some result by itself.

    If not, the two give the student's results by accident. If all that is wrong are errors, they
    have to be errors of one of the two.
    """
    if len(candidate) == 1:
        return True
    task, cases = results.task, results.cases
    right, both = bank_results(task, cases), bank_results(task, cases, candidate)
    alone = [bank_results(task, cases, (name,)) for name in candidate]
    if any(same_observations(right, one) for one in alone):
        return False
    fails = [i for i in range(len(cases)) if both.observed(i) is None]
    others = [i for i in range(len(cases)) if i not in fails]
    return not all(same_observations_in_case(right, both, i) for i in others) or all(
        any(one.observed(i) is None for one in alone) for i in fails
    )


def _explain_output(results: Results, name: str, correct: Sequence[dict[str, bool]]) -> Candidate:
    """The candidate that explains the output ``name`` and changes the fewest outputs, or ()."""
    right = bank_results(results.task, results.cases)
    fitting: list[tuple[int, Candidate]] = []

    def fits(actual: Results, expected: Results, i: int) -> bool:
        return same_observations_in_case(actual, expected, i, {name})

    for candidate in _promising(results, _easiest_wrong(results, correct, name), fits):
        if fitting and len(candidate) > len(fitting[0][1]):
            break
        wrong = bank_results(results.task, results.cases, candidate)
        if same_observations(results, wrong, {name}) and _each_matters(results, candidate):
            others = results.task.returns
            changed = sum(not same_observations(wrong, right, {other}) for other in others)
            fitting.append((changed, candidate))
    return min(fitting)[1] if fitting else ()


def _explain_most_cases(results: Results, correct: Sequence[dict[str, bool]]) -> Candidate | None:
    """The candidate that fits most cases, or None.

    It has to fit in three quarters of the wrong cases, and in all cases but one in ten (in all, if
    there are fewer than four cases); cases that ended in errors are left out. It also fits where
    shapes differ only in axes of length 1, and where a case ended in an error and the candidate
    overflows. A case in which the candidate's result is right does not speak for it.
    """
    right = bank_results(results.task, results.cases)
    everywhere = range(len(results))
    errors = {i for i in everywhere if results.observed(i) is None}
    wrong = {i for i in everywhere if not all(correct[i].values())}
    allowed = max(1, len(results) // 10) if len(results) >= 4 else 0
    smallest = _easiest_wrong(results, correct, count=allowed + 1)
    for candidate in _promising(results, smallest, _case_fits, pairs=False):
        expected = bank_results(results.task, results.cases, candidate)
        fitting = {i for i in everywhere if _case_fits(results, expected, i)}
        unexplained = set(everywhere) - fitting - errors
        speaking = {i for i in wrong & fitting if not _case_fits(right, expected, i)}
        if speaking and len(speaking) >= 0.75 * len(wrong - errors) and len(unexplained) <= allowed:
            return candidate
    return None


def _case_fits(results: Results, expected: Results, i: int) -> bool:
    """Whether a case agrees except for axes of length 1, or in why it ended in an error."""
    x, y = results.observed(i), expected.observed(i)
    if results.task.observe is not None or y is None:
        return y is not None and same_observations_in_case(results, expected, i)
    if x is None:
        kind = next(r["error"][0] for r in results.records[i] if "error" in r)
        return _explains_error(kind, [a for arrays in y.values() for a in arrays])
    return all(nearly_equal(_squeeze(x[name]), _squeeze(y[name])) for name in y)


def _explains_error(kind: str, arrays: Sequence[Any]) -> bool:
    """Whether results with inf or nan go with an error of overflow."""
    return kind in OVERFLOW_ERRORS and any(
        not np.isfinite(a).all() for a in arrays if a is not None
    )


def _squeeze(arrays: Collection[Any]) -> list[Any]:
    return [None if a is None else np.squeeze(a) for a in arrays]
