"""Grading the results of one function: how many are right, which mistakes explain the others."""

import itertools

from minivgg.classroom import messages
from minivgg.classroom.diagnosis import diagnose
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
    writes = any(
        set(record["changed"]) - set(task.writable)
        for records in results.records
        for record in records
    )
    repeats = nearly_equal(results.arrays(0), results.arrays(len(results)))
    outputs = [is_right for outputs in correct for is_right in outputs.values()]
    score = sum(outputs) / (len(outputs) + writes + (not repeats))
    names: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    certain = True
    if not all(outputs) and _is_permuted(results, expected):
        names = (ORDER,)
    elif not all(outputs) or not same_arrays(results, expected):
        names, conventions, certain = diagnose(results, correct)
    if conventions and not names and not writes and repeats:
        score = 1.0
    about_conventions = messages.describe_conventions(task, conventions)
    if score == 1:
        message = f"{task.name}: {checks} passed." + about_conventions
        return Verdict(True, 1.0, (), message, conventions)
    names += (WRITES,) * writes
    if not repeats and not set(names) & set(RANDOM_MISTAKES):
        names += (STATEFUL,)
    message = messages.failure_message(results, expected, correct, names, certain, checks)
    picture = messages.picture_of_difference(results, expected, correct)
    return Verdict(False, score, names, message + about_conventions, conventions, picture)


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
        kind, sentence, line = errors[0][1]
        if kind == "NotImplementedError":
            message = f"{name}: {GENERAL_MISTAKES[NOT_WRITTEN]}"
            return Verdict(False, 0.0, (NOT_WRITTEN,), message)
        if all(error[0] == kind for _, error in errors):
            message = messages.describe_error(kind, sentence, line)
            return Verdict(False, 0.0, (), f"{name}: fails in every case: {message}")
    arrays = [results.arrays(i) for i in range(len(results))]
    if all(
        calls is not None and all(a is None for call in calls for a in call) for calls in arrays
    ):
        message = f"{name}: returns None in every case. Is a return statement missing?"
        return Verdict(False, 0.0, (NOTHING,), message)
    return None
