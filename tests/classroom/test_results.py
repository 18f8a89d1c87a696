"""The results of a function for all cases: what is kept of them, and when two are equal."""

import numpy as np
import pytest

from minivgg.classroom.results import (
    RELATIVE_TOLERANCE,
    Comparison,
    Results,
    bank_results,
    compare_arrays,
    compare_case,
    nearly_equal,
    same_arrays,
    same_observations,
    same_observations_in_case,
)
from minivgg.classroom.tasks import Case, Mistake, Task

A = np.array
INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("actual", "expected", "is_equal"),
    [
        (None, None, True),
        (None, A([1.0]), False),
        (A([1.0]), None, False),
        ([A([1.0]), None], [A([1.0]), None], True),
        ([A([1.0]), A([2.0])], [A([1.0]), A([3.0])], False),
        ([A([2.0]), A([1.0])], [A([3.0]), A([1.0])], False),
        ([A([1.0])], [A([1.0]), A([1.0])], False),
        ([A([1.0])], A([1.0]), False),
        (A([1.0]), [A([1.0])], False),
        ([], [], True),
        (A([1, 2]), A([[1, 2]]), False),
        (A([1.0, 2.0]), A([1, 2]), True),
        (A([1.0, 2.00001]), A([1, 2]), False),
        (A([1, 3]), A([1, 2]), False),
        (A([1.00001]), A([1], np.uint8), False),
        (A([True, False]), A([True, False]), True),
        (A([True, True]), A([True, False]), False),
        (A([1, 0]), A([True, False]), True),
        (A([2, 0]), A([True, False]), False),
        (A([1], np.uint8), A([True]), True),
        (A([1.00001, 0.0]), A([True, False]), True),
        (A([1.1, 0.0]), A([True, False]), False),
        (A([1.0]), A([True]), True),
        (A([100.009, 1.009]), A([100.0, 1.0]), True),
        (A([100.0, 1.011]), A([100.0, 1.0]), False),
        (A([-100.009, 1.009]), A([-100.0, 1.0]), True),
        (A([100.011, 1.0]), A([100.0, 1.0]), False),
        (A([0.9e-10]), A([0.0]), True),
        (A([1.5e-10]), A([0.0]), False),
        (A([INF, 1.0]), A([INF, 1.0]), True),
        (A([NAN, 1.0]), A([INF, 1.0]), True),  # an overflow can give either
        (A([INF, 2.0]), A([INF, 1.0]), False),
        (A([1.0, 1.0]), A([INF, 1.0]), False),
        (A([INF, 1.0]), A([1.0, 1.0]), False),
        (np.zeros((0, 3)), np.zeros((0, 3)), True),
        (np.zeros((0, 3)), np.zeros((3, 0)), False),
        (A(1.0), A(1.0), True),
    ],
)
def test_arrays_that_are_equal_up_to_rounding(actual, expected, is_equal):
    assert RELATIVE_TOLERANCE == 1e-4
    assert nearly_equal(actual, expected) is is_equal


@pytest.mark.parametrize(("atol", "is_equal"), [(0.5, True), (0.49, False), (0.0, False)])
def test_a_tolerance_is_absolute_and_holds_in_lists(atol, is_equal):
    assert nearly_equal(A([100.5]), A([100.0]), atol) is is_equal
    assert nearly_equal([A([100.5])], [A([100.0])], atol) is is_equal
    assert nearly_equal(A([1.0]), A([1.0]), 0.0)


def answer(x, n, mistakes=()):
    y, z = 2 * x, x.sum()
    if "one-more" in mistakes:
        y = y + 1
    if "negative" in mistakes:
        z = -z
    return y, z


def task(observe=None, writable=(), tolerances=None):
    return Task(
        "double(x, n)", ("y", "z"), "Doubles.", answer, CASES,
        (Mistake("one-more", "", "", 1), Mistake("negative", "", "", 1)),
        observe=observe, writable=writable, tolerances=tolerances or {},
    )  # fmt: skip


CASES = (
    Case("two calls", ([np.array([1.0, 2.0]), 1], [np.array([3.0, 4.0]), 2])),
    Case("one call", ([np.array([5.0]), 3],)),
)


def results(function=answer, of=None):
    return Results.from_function(function, of or task(), CASES)


def test_the_first_case_is_called_again_at_the_end():
    seen = []

    def function(x, n):
        seen.append(n)
        return x, len(seen)

    found = results(function)
    assert seen == [1, 2, 3, 1, 2]
    assert len(found) == 2
    assert [[float(z) for _, z in found.arrays(i)] for i in range(3)] == [[1, 2], [3], [4, 5]]


def test_a_case_with_an_error_has_no_arrays_and_is_named():
    calls = []

    def function(x, n):
        calls.append(n)
        if n == 2:
            raise ValueError(f"call {len(calls)}")
        return x, n

    found = results(function)
    assert found.arrays(0) is found.observed(0) is found.arrays(2) is None
    assert found.arrays(1)[0][0].tolist() == [5.0]
    [(case, error)] = found.errors  # that of the repetition is the same
    assert (case, error[:2]) == (CASES[0], ["ValueError", "call 2"])


@pytest.mark.parametrize(
    ("writable", "changed"), [((), (0, 1)), ((0,), (1,)), ((1,), (0,)), ((0, 1), ())]
)
def test_arguments_that_were_changed(writable, changed):
    def function(x, n):
        n.append(1)
        x += 1
        return x, x

    cases = [Case("", ([np.zeros(2), [0]],))]
    found = Results.from_function(function, task(writable=writable), cases)
    assert found.changed_arguments == changed


def test_what_is_compared_are_the_outputs_of_all_calls_by_name():
    observed = results().observed(0)
    assert {name: [a.tolist() for a in arrays] for name, arrays in observed.items()} == {
        "y": [[2.0, 4.0], [6.0, 8.0]],
        "z": [3.0, 7.0],
    }


def observe(calls, outputs):
    if len(calls) == 1 and outputs[0][1] is None:
        raise TypeError("no number")
    return {"sum": calls[0][0].sum() + outputs[0][0].sum(), "none": None}


def test_a_task_may_observe_something_else():
    observed = results(of=task(observe)).observed(0)
    assert observed["none"] is None
    assert isinstance(observed["sum"], np.ndarray)
    assert float(observed["sum"]) == 9.0
    broken = results(lambda x, n: (x, None), task(observe))
    assert broken.observed(1) == {}


def test_what_is_observed_is_found_out_once():
    calls = []
    found = results(of=task(lambda calls_, outputs: calls.append(1) or {"a": 1.0}))
    assert found.observed(1) is found.observed(1)
    assert len(calls) == 1


def test_the_results_of_the_bank_are_kept_without_the_arrays_that_nobody_looks_at():
    plain, observing = task(), task(observe)
    assert bank_results(plain, CASES) is bank_results(plain, CASES)
    assert len(bank_results(plain, CASES).records) == 3
    assert len(bank_results(plain, CASES, ("one-more",)).records) == 2
    assert len(bank_results(plain, CASES, ("one-more", "negative")).records) == 2
    assert len(bank_results(observing, CASES, ("one-more",)).records) == 2
    pair = bank_results(observing, CASES, ("one-more", "negative"))
    assert pair.records == []
    assert [float(pair.observed(i)["sum"]) for i in range(2)] == [11.0, 16.0]


def right_and(function, of=None):
    of = of or task()
    return results(function, of), results(of=of)


def test_each_compared_array_beside_the_right_one():
    def function(x, n):
        if n == 3:
            raise ValueError
        return 2 * x, x.sum() + (n == 2)

    found = compare_arrays(*right_and(function))
    assert [(one.case, one.call, one.name, one.is_right) for one in found] == [
        (0, 0, "y", True), (0, 1, "y", True), (0, 0, "z", True), (0, 1, "z", False),
    ]  # fmt: skip
    assert (float(found[3].actual), float(found[3].right)) == (8.0, 7.0)


def test_a_case_that_only_the_bank_can_compute_is_compared_with_nothing():
    def function(x, n):
        if n == 1:
            raise ValueError
        return answer(x, n)

    assert [one.case for one in compare_arrays(*right_and(function))] == [1, 1]


def observed(**values):
    """Results for one case with these observed values."""
    found = Results(task(observe, tolerances={"a": 0.5}), CASES[1:], [])
    found._observed[0] = {name: None if v is None else A(v) for name, v in values.items()}
    return found


def test_observed_arrays_are_compared_by_name_with_their_tolerance():
    right = observed(a=1.0, b=2.0, c=None)
    found = compare_arrays(observed(a=1.5, b=2.5, c=3.0), right)
    assert found == [
        Comparison(0, 0, "a", A(1.5), A(1.0), True),
        Comparison(0, 0, "b", A(2.5), A(2.0), False),
        Comparison(0, 0, "c", A(3.0), None, False),
    ]
    assert [one.name for one in compare_arrays(observed(a=1.0, c=None), right)] == ["a", "c"]
    (nothing,) = compare_arrays(observed(), observed(a=1.0))
    assert (nothing.name, nothing.actual, nothing.is_right) == ("a", None, False)
    assert compare_case(observed(a=1.5, b=2.5), right, 0) == {"a": True, "b": False, "c": False}
    assert compare_case(observed(), right, 0) == {"a": False, "b": False, "c": False}


def test_which_outputs_of_a_case_are_right():
    def function(x, n):
        if n == 3:
            raise ValueError
        return 2 * x, x.sum() + (n == 2)

    found, right = right_and(function)
    assert compare_case(found, right, 0) == {"y": True, "z": False}
    assert compare_case(found, right, 1) == {"y": False, "z": False}


def test_results_that_are_the_same():
    right = results()
    more, fails = results(lambda x, n: (2 * x, x.sum() + (n == 2))), results(lambda x, n: 1 / 0)
    assert same_observations(right, results())
    assert same_arrays(right, results())
    assert not same_observations(right, more)
    assert not same_arrays(right, more)
    assert same_observations(right, more, ["y"])
    assert not same_observations(right, more, ["y", "z"])
    assert same_observations_in_case(right, more, 1)
    assert not same_observations_in_case(right, more, 0)
    assert same_observations(fails, fails)
    assert same_arrays(fails, fails)
    assert not same_observations(right, fails)
    assert not same_observations(fails, right)


def test_observations_of_other_names_are_not_the_same():
    assert same_observations(observed(a=1.0), observed(a=1.5))
    assert not same_observations(observed(b=1.0), observed(b=1.5))
    assert not same_observations(observed(a=1.0), observed(a=1.0, b=1.0))
    assert not same_observations(observed(a=1.0, b=1.0), observed(a=1.0), ["a"])


def test_the_repetition_of_the_first_case_is_not_compared():
    calls = []

    def function(x, n):
        calls.append(n)
        return 2 * x, x.sum() + (len(calls) > 3)

    found, right = right_and(function)
    assert same_observations(found, right)
    assert same_arrays(found, right)
    assert all(one.is_right for one in compare_arrays(found, right))
