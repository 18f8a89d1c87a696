"""Grading the results of one function: how many are right, which mistakes explain the others."""

import itertools

import numpy as np

from minivgg.classroom import messages
from minivgg.classroom.diagnosis.known_mistakes import Explanation, explain
from minivgg.classroom.diagnosis.picture import picture_of_difference
from minivgg.classroom.diagnosis.structure import describe_structure
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
    with np.errstate(all="ignore"):  # of inf and nan among the results
        diagnoses = describe_structure(results, expected, unexplained)
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
