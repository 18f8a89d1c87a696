"""Whether what came back is right, and if not, why."""

import itertools

from minivgg.classroom import messages
from minivgg.classroom.diagnosis import recognised
from minivgg.classroom.messages import GENERAL, NOT_WRITTEN, NOTHING, ORDER, RANDOM, WRITES
from minivgg.classroom.results import agree, made, parts_of, same_results
from minivgg.classroom.verdict import Verdict


def judge(series, where="public checks"):
    """The verdict on a series of results."""
    if (useless := _useless(series)) is not None:
        return useless
    task, right = series.task, made(series.task, series.cases)
    parts = [parts_of(series, right, i) for i in range(len(series))]
    wrote = any(
        set(record["changed"]) - set(task.writes)
        for records in series.records
        for record in records
    )
    again = agree(series.arrays(0), series.arrays(len(series)))
    checks = [found for part in parts for found in part.values()]
    score = sum(checks) / (len(checks) + wrote + (not again))
    names, conventions, surely = (), (), True
    if not all(checks) and _in_another_order(series, right):
        names = (ORDER,)
    elif not all(checks) or not same_results(series, right):
        names, conventions, surely = recognised(series, parts)
    if score < 1 and conventions and not names and not wrote and again:
        score = 1.0
    if score == 1:
        return Verdict(
            True,
            1.0,
            (),
            f"{task.name}: {where} passed." + messages.conventions_in_words(task, conventions),
            conventions,
        )
    names += (WRITES,) * wrote
    if not again and not any(
        name in ("fresh-mask", "ignores-the-generator", "mask-of-another-call") for name in names
    ):
        names += (RANDOM,)
    message = messages.message(
        series, right, parts, names, surely, where
    ) + messages.conventions_in_words(task, conventions)
    return Verdict(
        False, score, names, message, conventions, messages.picture(series, right, parts)
    )


def _in_another_order(series, right):
    """Whether some other order of several results is right in every case."""
    orders = [
        order
        for order in itertools.permutations(range(len(series.task.returns)))
        if list(order) != sorted(order)
    ]
    every = [(series.arrays(i), right.arrays(i)) for i in range(len(series))]
    return any(
        all(x is not None and agree([[call[k] for k in order] for call in x], y) for x, y in every)
        for order in orders
    )


def _useless(series):
    """The verdict where nothing was returned at all, else None."""
    errors, name = series.errors, series.task.name
    if len(errors) == len(series):
        kind, sentence, line = errors[0][1]
        if kind == "NotImplementedError":
            return Verdict(False, 0.0, (NOT_WRITTEN,), f"{name}: {GENERAL[NOT_WRITTEN]}")
        if all(error[0] == kind for _, error in errors):
            return Verdict(
                False,
                0.0,
                (),
                f"{name}: fails in every case: {messages.of_error(kind, sentence, line)}",
            )
    every = [series.arrays(i) for i in range(len(series))]
    if all(
        arrays is not None and all(a is None for call in arrays for a in call) for arrays in every
    ):
        return Verdict(
            False, 0.0, (NOTHING,), f"{name}: returns None in every case: is a return missing?"
        )
    return None
