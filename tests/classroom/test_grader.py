"""The verdict on the results of a small function: score, mistakes and the first line."""

import numpy as np
import pytest

from minivgg.classroom import grader
from minivgg.classroom.diagnosis.time_budget import OutOfTime
from minivgg.classroom.grader import grade_results
from minivgg.classroom.results import Results, bank_results
from minivgg.classroom.tasks import Case, Mistake, Task


def answer(x, mistakes=()):
    y, z = 2 * x, x.sum()
    if "negative" in mistakes:
        z = -z
    if "tripled" in mistakes:
        y = 3 * x
    return y, z


CASES = tuple(Case(f"case {k}", ([{"array": [float(k), k + 2.0]}],)) for k in (1, 2, 3))
TASK = Task(
    "double(x)", ("y", "z"), "Doubles.", answer, CASES,
    (Mistake("negative", "Negative.", "Turn it.", 2),
     Mistake("tripled", "Tripled.", "A choice.", 2, convention=True)),
)  # fmt: skip


def verdict_on(function, **options):
    return grade_results(Results.from_function(function, TASK, CASES), **options)


def test_right_results_pass():
    verdict = verdict_on(answer)
    assert (verdict.passed, verdict.score, verdict.mistakes) == (True, 1.0, ())
    assert verdict.message == "double: public checks passed."
    assert (verdict.conventions, verdict.picture, verdict.diagnoses) == ((), None, ())
    assert verdict_on(answer, checks="hidden checks").message == "double: hidden checks passed."


def test_a_convention_passes_alone_and_not_beside_a_mistake():
    verdict = verdict_on(lambda x: (3 * x, x.sum()))
    assert (verdict.passed, verdict.score, verdict.conventions) == (True, 1.0, ("tripled",))
    assert verdict.message == (
        "double: public checks passed.\nA convention, not a mistake (tripled): Tripled. A choice."
    )
    both = verdict_on(lambda x: (3 * x, -x.sum()))
    assert (both.passed, both.score) == (False, 0.0)
    assert (both.mistakes, both.conventions) == (("negative",), ("tripled",))
    assert both.message.endswith("\nA convention, not a mistake (tripled): Tripled. A choice.")


def test_a_known_mistake_is_named_and_the_right_outputs_count():
    verdict = verdict_on(lambda x: (2 * x, -x.sum()))
    assert (verdict.passed, verdict.score, verdict.mistakes) == (False, 0.5, ("negative",))
    assert verdict.message.startswith("double: not correct yet: 0 of 3 public checks passed compl")
    assert "negative: Negative. Turn it. Reread lesson 2." in verdict.message
    assert verdict.diagnoses == ()


def test_writing_into_an_argument_counts_as_one_wrong_output():
    def writes(x):
        y, z = answer(x)
        x += 1
        return y, z

    verdict = verdict_on(writes)
    assert (verdict.passed, verdict.score) == (False, 6 / 7)
    assert verdict.mistakes == ("writes-into-arguments",)
    assert verdict.message.startswith(
        "double: not correct yet: all public checks passed, but there is another problem.\n"
        "writes-into-arguments: Your function changes x in place."
    )


def counting(change):
    calls = []

    def function(x):
        calls.append(1)
        return change(x, len(calls))

    return function


def test_other_results_for_an_equal_call_count_as_one_wrong_output():
    verdict = verdict_on(counting(lambda x, n: (2 * x, x.sum() + (n > 3))))
    assert (verdict.passed, verdict.score) == (False, 6 / 7)
    assert verdict.mistakes == ("remembers-or-draws",)


def test_a_convention_that_does_not_repeat_does_not_pass():
    verdict = verdict_on(counting(lambda x, n: (3 * x, x.sum() + (n > 3))))
    assert not verdict.passed
    assert verdict.score == 3 / 7


def test_outputs_in_another_order_are_a_mistake_of_their_own():
    verdict = verdict_on(lambda x: answer(x)[::-1])
    assert (verdict.score, verdict.mistakes) == (0.0, ("results-in-another-order",))
    assert verdict.diagnoses == ()
    some = verdict_on(lambda x: answer(x)[:: -1 if x[0] < 3 else 1])
    assert some.mistakes == ()
    assert some.score == 2 / 6


@pytest.mark.parametrize(
    ("function", "mistakes", "message"),
    [
        (lambda x: None, ("returns-nothing",), "returns None in every case. Is a return statement"),
        (
            lambda x: (None, None),
            ("returns-nothing",),
            "returns None in every case. Is a return st",
        ),
    ],
)
def test_a_function_that_returns_nothing(function, mistakes, message):
    verdict = verdict_on(function)
    assert (verdict.passed, verdict.score, verdict.mistakes) == (False, 0.0, mistakes)
    assert verdict.message.startswith(f"double: {message}")


def test_a_function_that_returns_something_in_one_case_is_graded_by_it():
    verdict = verdict_on(lambda x: answer(x) if x[0] == 2 else None)
    assert verdict.mistakes == ()
    assert verdict.score == 2 / 6


def raising(*errors):
    """A function that raises these errors in turn; where one is 0, it returns what is right."""

    def change(x, n):
        error = errors[(n - 1) % 3]
        if error:
            raise error
        return answer(x)

    return counting(change)


def test_a_function_that_fails_in_every_case():
    verdict = verdict_on(raising(*3 * [NotImplementedError("later")]))
    assert (verdict.mistakes, verdict.message) == (("not-written",), "double: not written yet.")
    verdict = verdict_on(raising(*3 * [ValueError("bad")]))
    assert (verdict.passed, verdict.score, verdict.mistakes) == (False, 0.0, ())
    assert verdict.message.startswith("double: fails in every case: ValueError in line ")


def test_a_function_that_fails_with_different_errors_or_not_always():
    verdict = verdict_on(raising(ValueError("bad"), KeyError("x"), ValueError("bad")))
    assert verdict.score == 0.0
    assert verdict.message.startswith("double: not correct yet: 0 of 3 public checks passed.")
    assert "case 1: ValueError" in verdict.message
    verdict = verdict_on(raising(0, 0, ValueError("bad")))
    assert verdict.score == 4 / 6
    assert "case 3: ValueError" in verdict.message
    verdict = verdict_on(raising(0, 0, NotImplementedError("later")))
    assert verdict.mistakes == ()


def test_diagnoses_that_take_too_long_are_left_out(monkeypatch):
    def slow(results, expected, unexplained):
        raise OutOfTime

    monkeypatch.setattr(grader, "describe_structure", slow)
    right = bank_results(TASK, CASES)
    assert grader._diagnoses(right, right, {"y"}) == ()
    monkeypatch.setattr(grader, "describe_structure", lambda *arguments: arguments)
    assert grader._diagnoses(right, right, {"y"}) == (right, right, {"y"})


def test_only_what_no_mistake_explains_is_diagnosed(monkeypatch):
    asked = []
    monkeypatch.setattr(
        grader, "describe_structure", lambda r, e, unexplained: asked.append(unexplained) or ()
    )
    verdict_on(lambda x: (2 * x, -x.sum()))
    verdict_on(lambda x: (np.ones(2), x.sum()))
    assert asked == [set(), {"y"}]
