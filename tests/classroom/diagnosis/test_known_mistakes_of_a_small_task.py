"""Which mistakes explain results: of a task made for these tests, with mistakes easy to see."""

import itertools

import numpy as np
import pytest

from minivgg.classroom.diagnosis.known_mistakes import Explanation, explain
from minivgg.classroom.results import Results, bank_results, compare_case
from minivgg.classroom.tasks import Case, Mistake, Task


def right(x):
    return x + 3, x.sum()


def mistaken(*mistakes):
    """A function that makes these mistakes of the answer."""
    return lambda x: answer(x, mistakes)


def answer(x, mistakes=()):
    """x + 3 and the sum; x[0] is the number of the case."""
    y, total = right(x)
    if "doubled" in mistakes:
        y = 2 * y
    if "less" in mistakes:
        y = y - 1
    if "less/2" in mistakes:
        y = y - 2
    if {"reversed", "mirrored"} & set(mistakes):
        y = y[::-1]
    if "mean" in mistakes:
        total = total / len(x)
    if "both-negated" in mistakes:
        y, total = -y, -total
    if "negated" in mistakes:
        y = -y
    if "halved-at-0" in mistakes and x[0] == 0:
        y = y / 2
    if "overflows-at-0" in mistakes and x[0] == 0:
        y = y * np.inf
    if "fails-at-0" in mistakes and x[0] == 0:
        raise KeyError("at 0")
    if "fails-at-1" in mistakes and x[0] == 1:
        raise KeyError("at 1")
    if {"a", "b"} & set(mistakes) and x[0] == 2:  # each alone adds, both fail
        if {"a", "b"} <= set(mistakes):
            raise KeyError("both")
        y = y + (7 if "a" in mistakes else 8)
    if {"c", "d"} & set(mistakes) and x[0] in (3, 4):  # both fail in one case, and add in another
        if {"c", "d"} <= set(mistakes) and x[0] == 4:
            raise KeyError("both")
        y = y + 20 * ("c" in mistakes) + 30 * ("d" in mistakes)
    if "nothing-alone" in mistakes and "doubled" in mistakes:
        y = y + 100
    return y, total


NAMES = (
    "doubled", "less", "both-negated", "negated", "mean", "halved-at-0", "overflows-at-0",
    "fails-at-0", "fails-at-1", "a", "b", "c", "d", "nothing-alone", "mirrored", "reversed",
)  # fmt: skip
MISTAKES = tuple(
    Mistake(name, "", "", 1, convention=name == "reversed", variants=1 + (name == "less"))
    for name in NAMES
)


def case(number, length=3):
    return Case(f"case {number}", ([{"array": [float(number), 2.0, -9.0, 5.0][:length]}],))


def task_of(answer=answer, returns=("y", "total"), mistakes=MISTAKES, count=5, **options):
    cases = tuple(case(i) for i in range(count))
    return Task("f(x)", returns, "", answer, cases, mistakes, **options)


TASK = task_of()


def explained(function, task=TASK):
    results = Results.from_function(function, task, task.cases)
    expected = bank_results(task, task.cases)
    return explain(results, [compare_case(results, expected, i) for i in range(len(results))])


def found(*mistakes, conventions=(), outputs=("y",), **how):
    return Explanation(mistakes, conventions, True, frozenset(outputs), **how)


def raising(*numbers, kind=KeyError, otherwise=right):
    """A function that fails in the cases with these numbers."""

    def function(x):
        if x[0] in numbers:
            raise kind("no")
        return otherwise(x)

    return function


BOTH = ("y", "total")


@pytest.mark.parametrize(
    ("mistakes", "explanation"),
    [
        (["doubled"], found("doubled")),
        (["less/2"], found("less")),
        (["mean"], found("mean", outputs=["total"])),
        (["both-negated"], found("both-negated", outputs=BOTH)),
        (["halved-at-0"], found("halved-at-0")),
        (["reversed"], found(conventions=("reversed",))),
        (["doubled", "less"], found("doubled", "less")),
        (["doubled", "mean"], found("doubled", "mean", outputs=BOTH)),
        (["doubled", "reversed"], found("doubled", conventions=("reversed",))),
        (["fails-at-0"], found("fails-at-0", outputs=BOTH)),
        (["fails-at-0", "fails-at-1"], found("fails-at-0", "fails-at-1", outputs=BOTH)),
        # three: each output by itself
        (["doubled", "less", "mean"], found("mean", "doubled", "less", outputs=BOTH)),
        # two together give what neither gives alone
        (["nothing-alone", "doubled"], Explanation()),
        (["a", "b"], Explanation()),
        (["c", "d"], found("c", "d", outputs=BOTH)),
    ],
)
def test_all_results_or_each_output_are_explained_by_the_fewest_mistakes(mistakes, explanation):
    assert explained(mistaken(*mistakes)) == explanation


def with_total(function, total=77.0):
    return lambda x: (function(x)[0], total)


def test_an_output_is_explained_by_what_changes_the_fewest_outputs():
    assert explained(with_total(mistaken("negated"))) == found("negated")
    assert explained(with_total(mistaken("doubled", "less"))) == found("doubled", "less")
    assert explained(lambda x: (x * 0, x.mean())) == found("mean", outputs=["total"])
    assert explained(lambda x: (x * 0, 77.0)) == Explanation()


def test_of_one_output_and_of_what_is_observed_nothing_is_explained_apart():
    def first(x, mistakes=()):
        return answer(x, mistakes)[0]

    task = task_of(first, ("y",))
    assert explained(lambda x: 2 * x + 6, task) == found("doubled")
    assert explained(lambda x: x * 0, task) == Explanation()

    def observe(calls, outputs):
        y, total = outputs[0]
        return {"mean of y": y.mean(), "total": total}

    task = task_of(observe=observe)
    assert explained(mistaken("doubled"), task) == found("doubled", outputs=["mean of y"])
    assert explained(mistaken("doubled", "less"), task) == found(
        "doubled", "less", outputs=["mean of y"]
    )
    assert explained(lambda x: (np.sort(2 * x + 6), x.sum()), task).mistakes == ("doubled",)
    assert explained(with_total(mistaken("doubled")), task) == Explanation()
    assert explained(mostly(mistaken("doubled"), 0), task) == MOST
    # nothing that is observed is wrong: the arrays say which convention it is
    assert explained(mistaken("reversed"), task) == found(conventions=("reversed",), outputs=[])
    # but a pair of mistakes is not looked for there
    assert explained(lambda x: (np.sort(x + 3), x.sum()), task) == Explanation()


@pytest.mark.parametrize(
    ("function", "count", "apart"),
    [
        (raising(2, otherwise=mistaken("doubled")), 4, True),
        (raising(2, otherwise=mistaken("doubled")), 3, False),
        (raising(2, 3, 4, otherwise=mistaken("doubled")), 6, True),
        (raising(3, otherwise=mistaken("doubled")), 4, True),
    ],
)
def test_a_mistake_of_three_cases_or_more_is_found_apart_from_errors(function, count, apart):
    task = task_of(count=count)
    explanation = explained(function, task)
    assert explanation.mistakes == ("doubled",)
    assert explanation.apart_from_errors == apart
    assert not explanation.certain
    assert explanation.explained == (frozenset(["y"]) if apart else frozenset())


def test_apart_from_errors_all_wrong_outputs_are_explained_or_none():
    function = raising(0, otherwise=with_total(mistaken("doubled")))
    assert not explained(function).apart_from_errors


def mostly(function, *others):
    """Like the function, but nonsense in the cases with these numbers."""
    return lambda x: (x * 0 + 50, 77.0) if x[0] in others else function(x)


def doubled_in(*numbers, nonsense=()):
    """Doubled or nonsense in these cases, else right."""
    return mostly(
        lambda x: mistaken("doubled")(x) if x[0] in numbers else right(x),
        *nonsense,
    )


MOST = Explanation(("doubled",))


@pytest.mark.parametrize(
    ("function", "count", "explanation"),
    [
        (mostly(mistaken("doubled"), 0), 4, MOST),
        (mostly(mistaken("doubled"), 3), 4, MOST),
        (mostly(mistaken("doubled", "less"), 0), 4, Explanation()),  # pairs are too many
        (raising(0, otherwise=mostly(right, 1)), 5, Explanation()),
        (mostly(mistaken("doubled"), 0), 3, Explanation()),
        (mostly(mistaken("doubled"), 0, 1), 19, Explanation()),
        (mostly(mistaken("doubled"), 0, 1), 20, MOST),
        (mostly(mistaken("doubled"), 0, 1, 2), 20, Explanation()),
        (raising(5, otherwise=mostly(mistaken("doubled"), 0)), 8, MOST),
        (raising(5, otherwise=mostly(mistaken("doubled"), 0, 1)), 8, Explanation()),
        (raising(*range(4, 8), otherwise=mostly(mistaken("doubled"), 0)), 8, MOST),
    ],
)
def test_the_mistake_of_most_cases_leaves_one_in_ten_unexplained(function, count, explanation):
    """One if there are fewer than twenty cases, none if there are fewer than four."""
    assert explained(function, task_of(count=count)) == explanation


def doubled_beyond(most, x, mistakes=()):
    """A mistake that changes only the cases with a number below this."""
    y, total = right(x)
    return (2 * y if "doubled" in mistakes and x[0] < most else y), total


@pytest.mark.parametrize(
    ("most", "nonsense", "is_found"),
    [
        (4, [0], True),  # three of four
        (3, [0], False),  # two of three
        (8, [0, 1], True),
        (7, [0, 1], False),
        (4, [9], True),
        (4, [8, 9], False),
    ],
)
def test_three_quarters_of_the_wrong_cases_speak_for_a_mistake(most, nonsense, is_found):
    """Cases in which the mistake changes nothing do not speak for it."""

    def made(x, mistakes=()):
        return doubled_beyond(most, x, mistakes)

    task = task_of(made, mistakes=MISTAKES[:1], count=20)
    explanation = explained(mostly(lambda x: made(x, ["doubled"]), *nonsense), task)
    assert explanation == (MOST if is_found else Explanation())


def test_an_additional_axis_is_no_reason_not_to_name_a_mistake_and_none_to_name_one():
    def wrapped(function):
        return lambda x: tuple(np.asarray(a)[None] for a in function(x))

    assert explained(wrapped(mistaken("doubled"))) == MOST
    assert explained(wrapped(right)) == Explanation()
    assert explained(wrapped(mistaken("halved-at-0"))) == Explanation()  # it explains one of five


@pytest.mark.parametrize(
    "kind", [OverflowError, FloatingPointError, ZeroDivisionError, ValueError, KeyError]
)
def test_an_error_of_overflow_goes_with_a_mistake_that_overflows(kind):
    """Without its case of 0 nothing is wrong, so that only the error can speak for it."""
    task = task_of(mistakes=tuple(m for m in MISTAKES if m.name in ("less", "overflows-at-0")))
    explanation = explained(raising(0, kind=kind), task)
    assert explanation == Explanation(() if kind is KeyError else ("overflows-at-0",))
    assert explained(raising(1, kind=kind), task) == Explanation()


def test_an_answer_with_a_memory_gets_the_cases_before():
    """The answer returns the sum of the first case for ever, which is right there."""

    def remembering(x, mistakes=(), memory=None):
        if "remembers" in mistakes:
            return memory.setdefault("first", x.sum())
        if "adds-up" in mistakes:
            memory["sum"] = memory.get("sum", 0) + x.sum()
            return memory["sum"]
        return x.sum()

    mistakes = tuple(Mistake(name, "", "", 1) for name in ("remembers", "adds-up"))
    task = task_of(remembering, ("y",), mistakes)
    for name in ("remembers", "adds-up"):
        assert explained(task.implementation([name]), task) == found(name)

    # without its first case it would add up from the second one
    sums = itertools.accumulate(c.arguments()[0][0].sum() for c in task.cases[1:])
    function = raising(0, otherwise=lambda x: next(sums))
    assert explained(function, task) == Explanation()


def test_the_case_with_the_smallest_arguments_decides_which_mistakes_are_tried():
    """The others are computed for mistakes that fit there."""
    called = []

    def counting(x, mistakes=()):
        if mistakes:
            called.append((sorted(mistakes), len(x)))
        return answer(x, mistakes)

    cases = (case(1, 4), case(2, 2), case(3, 3))
    task = Task("f(x)", ("y", "total"), "", counting, cases, MISTAKES[:3])
    assert explained(mistaken("less"), task) == found("less")
    tried = [length for names, length in called if names == ["doubled"]]
    assert tried == [2]
