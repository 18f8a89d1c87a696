"""Results that are far too large, or odd, are judged at once."""

import functools
import time

import numpy as np
import pytest

from minivgg.classroom import grader
from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.how_wrong import describe_how
from minivgg.classroom.diagnosis.time_budget import OutOfTime, check_time, time_budget
from minivgg.classroom.grader import grade_results
from minivgg.classroom.results import Results, bank_results

ODD = {
    "bools": lambda shape: np.ones((*shape[:-1], 2**25 // max(1, np.prod(shape[:-1]))), bool),
    "a matrix": lambda shape: np.ones((*shape[:-2], 5000, 4000 // max(1, np.prod(shape[:-2])))),
    "nan": lambda shape: np.full(2**22, np.nan),
    "22 axes of 2": lambda shape: np.zeros((2,) * 22),
    "32 axes": lambda shape: np.zeros((1,) * 32),
    "empty": lambda shape: np.zeros((0, 2**25)),
    "one axis of 0": lambda shape: np.zeros((*shape, 0)),
    "huge": lambda shape: np.full(shape, 1e308),
}


def with_first(task, change):
    """The right results, but those of the first call and of its repetition are odd."""
    records = bank_results(task, task.cases).records
    [first, *calls] = records[0]
    arrays = [change(() if a is None else a.shape) for a in first["arrays"]]
    odd = [first | {"arrays": arrays}, *calls]
    return Results(task, task.cases, [odd, *records[1:-1], odd])


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_odd_results_of_every_task_are_judged_in_two_seconds(task):
    """The results of the bank's mistakes, which are kept, are computed for the first kind only."""
    for kind, change in ODD.items():
        results = with_first(task, change)
        begun = time.thread_time()
        verdict = grade_results(results)
        assert time.thread_time() - begun < 2, kind
        assert not verdict.passed
        assert verdict.message.startswith(task.name)


def test_only_the_shape_of_an_oversized_result_is_told_and_the_others_count():
    task = TASKS["conv_forward"]
    verdict = grade_results(with_first(task, lambda shape: np.ones((1, 1, 2500, 2500), bool)))
    count = len(task.cases)
    assert verdict.message.splitlines() == [
        f"conv_forward: not correct yet: {count - 1} of {count} public checks passed.",
        "y has the shape (1, 1, 2500, 2500), expected the shape (1, 1, 2, 2), in the check "
        f'"{task.cases[0].about}".',
    ]
    assert verdict.score == pytest.approx((count - 1) / count)


def test_a_right_result_in_a_large_border_is_searched_only_at_its_beginning():
    def bordered(before):
        return [(np.pad(right, (before, 300)), right, {}) for right in [np.eye(3)]]

    begun = time.thread_time()
    assert "additional rows or columns" in describe_how(bordered(16))
    assert describe_how(bordered(200)) == "has too many rows or columns"
    assert time.thread_time() - begun < 1


def test_a_diagnosis_that_takes_too_long_is_left_out(monkeypatch):
    with pytest.raises(OutOfTime), time_budget(-1.0):
        check_time()
    check_time()
    task = TASKS["im2col"]
    right = bank_results(task, task.cases)
    monkeypatch.setattr(grader, "explain", lambda *_: grader.Explanation())
    doubled = [
        [r | {"arrays": [2 * a for a in r["arrays"]]} for r in case] for case in right.records
    ]
    results = Results(task, task.cases, doubled)
    assert "times 2" in grade_results(results).message
    monkeypatch.setattr(grader, "time_budget", functools.partial(time_budget, -1.0))
    verdict = grade_results(results)
    assert verdict.diagnoses == ()
    assert "Wrong, for example:" in verdict.message
