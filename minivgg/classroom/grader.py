"""Grading the results of one function: how many are right, which mistakes explain the others."""

import itertools
from collections.abc import Collection

import numpy as np

from minivgg.classroom import messages
from minivgg.classroom.diagnosis.known_mistakes import Explanation, explain
from minivgg.classroom.diagnosis.oversized import Oversized, describe_oversized, find_oversized
from minivgg.classroom.diagnosis.picture import picture_of_difference
from minivgg.classroom.diagnosis.structure import describe_structure
from minivgg.classroom.diagnosis.time_budget import OutOfTime, time_budget
from minivgg.classroom.messages import (
    GENERAL_MISTAKES,
    NOT_WRITTEN,
    NOTHING,
    ORDER,
    STATEFUL,
    WRITES,
)
from minivgg.classroom.results import (
    Results,
    bank_results,
    compare_case,
    nearly_equal,
    same_arrays,
)
from minivgg.classroom.verdict import Verdict

# these explain by themselves why two equal calls differ
RANDOM_MISTAKES = ("fresh-mask", "ignores-the-generator", "mask-of-another-call")


def grade_results(results: Results, checks: str = "public checks") -> Verdict:
    """The verdict on the results of a function.

    Parameters
    ----------
    results : Results
        A student's.
    checks : {"public checks", "hidden checks"}
        What the cases are called in messages.

    Returns
    -------
    verdict : Verdict
        Its score is the share of outputs that are right.
    """
    if (verdict := _verdict_without_results(results)) is not None:
        return verdict
    task, expected = results.task, bank_results(results.task, results.cases)
    if oversized := find_oversized(results, expected):
        return _verdict_on_oversized(results, expected, oversized, checks)
    correct = [compare_case(results, expected, i) for i in range(len(results))]
    writes = bool(results.changed_arguments)
    repeats = nearly_equal(results.arrays(0), results.arrays(len(results)))
    outputs = [is_right for outputs in correct for is_right in outputs.values()]
    score = sum(outputs) / (len(outputs) + writes + (not repeats))
    wrong = {name for outputs in correct for name, is_right in outputs.items() if not is_right}
    explanation, general = Explanation(certain=True), list[str]()
    if wrong and _is_permuted(results, expected):
        general.append(ORDER)
    elif wrong or not same_arrays(results, expected):
        explanation = explain(results, correct)
    names, conventions = explanation.mistakes, explanation.conventions
    explains_all = explanation.certain and wrong <= explanation.explained
    if conventions and explains_all and not names and not writes and repeats:
        score = 1.0
    about_conventions = messages.describe_conventions(task, conventions)
    if score == 1:
        message = f"{task.name}: {checks} passed." + about_conventions
        return Verdict(True, 1.0, (), message, conventions)
    general += [WRITES] * writes
    if not repeats and not set(names) & set(RANDOM_MISTAKES):
        general.append(STATEFUL)
    unexplained = set() if ORDER in general else wrong - explanation.explained
    diagnoses = _diagnoses(results, expected, unexplained)
    message = messages.failure_message(
        results, expected, correct, explanation, general, diagnoses, checks
    )
    return Verdict(
        False,
        score,
        (*names, *general),
        message + about_conventions,
        conventions,
        picture_of_difference(results, expected),
        diagnoses,
    )


def _diagnoses(
    results: Results, expected: Results, unexplained: Collection[str]
) -> tuple[str, ...]:
    """What the wrong results have in common; nothing if finding it takes too long."""
    try:
        with time_budget(), np.errstate(all="ignore"):  # of inf and nan among the results
            return describe_structure(results, expected, unexplained)
    except OutOfTime:
        return ()


def _verdict_on_oversized(
    results: Results, expected: Results, oversized: list[Oversized], checks: str
) -> Verdict:
    """The verdict if some arrays are far too large; they are compared with nothing."""
    task, cases = results.task, {found.case for found in oversized}
    correct = []
    for i in range(len(results)):
        if i in cases and task.observe is not None:
            correct.append(dict.fromkeys(expected.observed(i) or (), False))
        else:
            correct.append(compare_case(results, expected, i))
    repeats = 0 in cases or nearly_equal(results.arrays(0), results.arrays(len(results)))
    outputs = [is_right for outputs in correct for is_right in outputs.values()]
    kept = [i for i in range(len(results)) if i not in cases]
    others, right = (
        Results(task, [r.cases[i] for i in kept], [r.records[i] for i in kept])
        for r in (results, expected)
    )
    general = [WRITES] * bool(others.changed_arguments) + [STATEFUL] * (not repeats)
    score = sum(outputs) / (len(outputs) + len(general))
    diagnoses = (describe_oversized(results, oversized[0]),)
    message = messages.failure_message(
        others, right, correct, Explanation(), general, diagnoses, checks
    )
    return Verdict(False, score, tuple(general), message, diagnoses=diagnoses)


def _is_permuted(results: Results, expected: Results) -> bool:
    """Whether the outputs are right in all cases, but in another order."""
    indices = range(len(results.task.returns))
    orders = [order for order in itertools.permutations(indices) if order != tuple(indices)]
    pairs = [(results.arrays(i), expected.arrays(i)) for i in range(len(results))]
    return any(
        all(
            actual is not None
            and nearly_equal([[call[k] for k in order] for call in actual], right)
            for actual, right in pairs
        )
        for order in orders
    )


def _verdict_without_results(results: Results) -> Verdict | None:
    """The verdict if the function failed or returned None in all cases, else None."""
    errors, name = results.errors, results.task.name
    if len(errors) == len(results):
        error = errors[0][1]
        if error[0] == "NotImplementedError":
            message = f"{name}: {GENERAL_MISTAKES[NOT_WRITTEN]}"
            return Verdict(False, 0.0, (NOT_WRITTEN,), message)
        if all(other[0] == error[0] for _, other in errors):
            return Verdict(False, 0.0, (), messages.describe_failure(results.task, error))
    arrays = [results.arrays(i) for i in range(len(results))]
    if all(
        calls is not None and all(a is None for call in calls for a in call) for calls in arrays
    ):
        message = f"{name}: returns None in every case. Is a return statement missing?"
        return Verdict(False, 0.0, (NOTHING,), message)
    return None
