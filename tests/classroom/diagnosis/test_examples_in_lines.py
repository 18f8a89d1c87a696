"""The lines of an example: which case is shown, how arguments and numbers are written."""

import dataclasses

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.examples import (
    describe_arguments,
    describe_difference,
    describe_example,
    smallest_wrong,
    write,
    write_number,
)
from minivgg.classroom.results import Comparison, Results
from minivgg.classroom.tasks import Case, Task

RELU = TASKS["relu_forward"]


def vector(*numbers):
    return {"array": list(numbers)}


CASES = (
    Case("three numbers", ([vector(1.0, -2.0, 3.0)],)),
    Case("two calls", ([vector(5.0)], [vector(-4.5)])),
    Case("one number", ([vector(6.0)],)),
    Case("another one", ([vector(8.0)],)),
)


def wrong(case, *actual, is_right=False, call=0):
    return Comparison(case, call, "y", np.array(actual), np.zeros(len(actual)), is_right)


@pytest.mark.parametrize(
    ("comparisons", "index"),
    [
        ([wrong(0, 1.0), wrong(1, 1.0), wrong(2, 1.0)], 2),
        ([wrong(1, 1.0), wrong(0, 1.0)], 0),
        ([wrong(0, 1.0), wrong(2, 1.0, is_right=True)], 0),
        ([wrong(2, 1.0), wrong(3, 1.0)], 0),
        ([wrong(3, 1.0), wrong(2, 1.0)], 0),
        ([wrong(2, 1.0, np.nan), wrong(0, 1.0)], 1),
        ([wrong(2, np.inf), wrong(0, 1.0)], 1),
        ([wrong(0, np.nan), wrong(2, np.nan)], 1),
        ([Comparison(2, 0, "y", None, np.zeros(1), False), wrong(0, 1.0)], 0),
    ],
)
def test_the_smallest_wrong_case_with_numbers_is_shown(comparisons, index):
    found = smallest_wrong(Results(RELU, CASES, []), comparisons)
    assert found is comparisons[index]


def test_there_is_no_smallest_case_if_none_is_wrong():
    assert smallest_wrong(Results(RELU, CASES, []), [wrong(0, 1.0, is_right=True)]) is None


def test_the_lines_of_an_example_name_the_call_only_where_there_are_several():
    results = Results(RELU, CASES, [])
    assert describe_example(results, wrong(2, 7.0)) == [
        "Wrong, for example: one number",
        "  x = [6]",
        "  y should be [0]",
        "       but is [7]",
        "  y at [0] should be 0, but is 7.",
    ]
    assert describe_example(results, wrong(1, 7.0, call=1))[:2] == [
        "Wrong, for example: two calls, call 2",
        "  x = [−4.5]",
    ]
    observed = Results(dataclasses.replace(RELU, observe=dict), CASES, [])
    assert describe_example(observed, wrong(1, 7.0, call=1))[:2] == [
        "Wrong, for example: two calls",
        "  x = [5]",
    ]


def arguments(*lengths, call=0):
    """The lines of arguments a, b, … that are texts of these lengths."""
    names = "abcd"[: len(lengths)]
    task = Task(f"f({', '.join(names)}, more)", ("y",), "", max, (), ())
    calls = [["-"] * len(lengths)] * call + [["x" * n for n in lengths]]
    return describe_arguments(task, Case("texts", tuple(calls)), *[call] * (call > 0))


@pytest.mark.parametrize("call", [0, 1])
def test_short_arguments_share_a_line_of_at_most_100_signs(call):
    """A line "a = x…, b = x…" has 10 signs more than the two texts."""
    assert arguments(45, 45, call=call) == [f"a = {'x' * 45}, b = {'x' * 45}"]
    assert arguments(45, 46, call=call) == [f"a = {'x' * 45}", f"b = {'x' * 46}"]
    assert arguments(120, 2, 3, 95, call=call) == [
        f"a = {'x' * 120}", "b = xx, c = xxx", f"d = {'x' * 95}"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.arange(25.0), "[" + ", ".join(map(str, range(25))) + "]"),
        (np.arange(26.0), "an array of 26"),
        (np.arange(26.0).reshape(2, 13), "an array of 2×13"),
        (np.zeros((1, 1)), "[0] (1×1)"),
        (np.zeros(1), "[0]"),
        (np.zeros(0), "an empty array of 0"),
        (np.array([[[1.5], [2.0]]]), "[1.5, 2] (1×2×1)"),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), "[[1, 2], [3, 4]] (2×2)"),
        (np.array([True, False]), "[1, 0]"),
        (["x" * 96], str(["x" * 96])),
        (["x" * 97, 5], "a list of 2"),
        ("x" * 101, "x" * 101),
        (None, "None"),
        (0.25, "0.25"),
        (False, "False"),
    ],
)
def test_values_at_the_bounds_of_what_is_written_out(value, text):
    assert write(value) == text


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (-1.23456, (), "−1.23"),
        (-1.23456, (5,), "−1.2346"),
        (0.5, (), "0.5"),
        (-0.0, (), "0"),
        (7, (), "7"),
        (1234.5, (), "1.23e+03"),
        (123456789012.0, (), "123456789012"),
        (999999.4, (), "1e+06"),
        (1500000.4, (), "1500000.4"),
        (-1500000.4, (), "−1500000.4"),
        (1e-7, (), "1e−07"),
        (np.nan, (), "nan"),
        (-np.inf, (), "−inf"),
        (np.array(2.0), (), "2"),
    ],
)
def test_numbers_are_written_as_in_a_text(number, digits, text):
    assert write_number(number, *digits) == text


def difference(actual, right):
    actual, right = (None if a is None else np.array(a) for a in (actual, right))
    return describe_difference(Comparison(0, 0, "out", actual, right, False))


def test_what_an_array_should_be_and_what_it_is():
    assert difference([1.0], None) == ["out should be None, but is an array."]
    assert difference(None, [1.0, 2.0]) == ["out should be [1, 2], but is None."]
    assert difference(1.234567891, -2.0) == ["out should be −2, but is 1.234568."]
    assert difference([1.0, 2.0], [[1.0, 2.0]]) == [
        "out should have shape (1, 2), but has shape (2,).",
        "out should be [1, 2] (1×2)",
        "       but is [1, 2]",
    ]
    assert difference([[1.0, 9.0, -2.0]], [[1.0, 3.0, 6.0]]) == [
        "out should be [1, 3, 6] (1×3)",
        "       but is [1, 9, −2] (1×3)",
        "out at [0, 2] should be 6, but is −2.",
    ]
    assert difference([1.0001, 2.0], [1.0002, 2.0]) == [
        "out at [0] should be 1.0002, but is 1.0001."
    ]
    assert (
        difference([0.0, 0.12345678], [0.0, 1.0])[-1] == "out at [1] should be 1, but is 0.1234568."
    )


def test_arrays_of_more_than_25_numbers_are_not_written_out():
    long, longer = np.zeros(25), np.zeros(26)
    assert len(difference(long + 1, long)) == 3
    assert difference(longer + 1, longer) == ["out at [0] should be 0, but is 1."]
    for actual, right in ((long, longer), (longer, long)):
        assert len(difference(actual, right)) == 1


def test_the_entry_with_the_largest_difference_is_shown_and_nan_or_inf_before_it():
    assert difference([9.0, np.inf, 2.0], [1.0, 1.0, 1.0])[-1] == (
        "out at [1] should be 1, but is inf."
    )
    assert (
        difference([2.0, 5.0, 3.0], [1.0, np.nan, 1.0])[-1] == "out at [2] should be 1, but is 3."
    )
    assert difference([True, True], [True, False])[-1] == "out at [1] should be 0, but is 1."
