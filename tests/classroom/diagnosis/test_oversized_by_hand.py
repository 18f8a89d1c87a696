"""Which arrays are far too large, and what is said of them."""

import numpy as np
import pytest

from minivgg.classroom.diagnosis.oversized import (
    Oversized,
    describe_oversized,
    find_oversized,
)
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case, Task


def results_of(*cases, given=((), ())):
    """Of a task with the outputs y and z: for each case what its calls return, or an error."""
    task = Task("f(a, b)", ("y", "z"), "", max, (), ())
    calls = [Case(f"case {i}", ([{"levels": [1, *s]} for s in given],)) for i in range(len(cases))]
    records = [
        [{"error": ["ValueError", "no", 1, ""]}] if case is None else [{"arrays": c} for c in case]
        for case in cases
    ]
    return Results(task, calls, records)


def empty(*shape):
    return np.broadcast_to(False, shape)  # takes no memory


def found(actual, right, **more):
    return find_oversized(results_of([actual], **more), results_of([right], **more))


@pytest.mark.parametrize(
    ("given", "right", "most"),
    [
        (((100,), (10, 3)), (50, 1), 16 * 100 + 20_000),
        (((10,), (10, 30)), (50, 1), 16 * 300 + 20_000),
        (((10,), (10, 3)), (500, 1), 16 * 500 + 20_000),
        (((10,), (10, 3)), (1, 700), 16 * 700 + 20_000),
    ],
)
def test_an_array_may_be_sixteen_times_as_large_as_the_largest_other_one(given, right, most):
    right = [empty(n) for n in right]
    for k, name in enumerate("yz"):
        actual = list(right)
        actual[k] = empty(most)
        assert found(actual, right, given=given) == []
        actual[k] = empty(most + 1)
        [one] = found(actual, right, given=given)
        assert one == Oversized(0, name, (most + 1,), right[k].shape)


def test_without_any_array_there_is_a_limit_too():
    """Numbers are no arrays, and right results may be None."""
    task = Task("f(a)", ("y",), "", max, (), ())
    cases = [Case("a number", ([3],))]

    def of(a):
        return Results(task, cases, [[{"arrays": [a]}]])

    assert find_oversized(of(empty(20_016)), of(None)) == []
    [one] = find_oversized(of(empty(20_017)), of(None))
    assert one == Oversized(0, "y", (20_017,), None)
    assert find_oversized(of(None), of(empty(20_017))) == []
    assert describe_oversized(of(empty(20_017)), one) == (
        'y has the shape (20017,), expected None, in the check "a number".'
    )


def test_axes_of_length_0_do_not_hide_the_others():
    small = empty(1)
    assert found([empty(0, 20_016), small], [small, small]) == []
    [one] = found([empty(0, 20_017), small], [small, small])
    assert one.actual == (0, 20_017)


def test_at_most_one_array_of_each_case_is_found_and_errors_have_none():
    small, large = empty(1), empty(9, 9999)
    actual = results_of([[small, small], [small, large]], None, [[large, large]], [[small, small]])
    right = results_of(*[[[small, small]] * n for n in (2, 1, 1, 1)])
    oversized = find_oversized(actual, right)
    assert oversized == [
        Oversized(0, "z", (9, 9999), (1,)),
        Oversized(2, "y", (9, 9999), (1,)),
    ]
    assert [describe_oversized(actual, one) for one in oversized] == [
        'z has the shape (9, 9999), expected the shape (1,), in the check "case 0".',
        'y has the shape (9, 9999), expected the shape (1,), in the check "case 2".',
    ]
