"""Answers that are short functions: each form of the verdict, in full."""

import functools
import warnings

import numpy as np
import pytest

from minivgg.classroom import exercise_functions
from minivgg.classroom.exercise_functions import check_exercise_function, is_unwritten
from minivgg.classroom.exercises import Exercise


def double(x, scale=2):
    return scale * np.asarray(x)


def plus_two(x, scale=2):
    return np.asarray(x) + scale


EXERCISE = Exercise(
    "9.9", "?", lambda: double, (),
    (("half", lambda: lambda x, scale=2: np.asarray(x) / scale, "Multiply."),
     ("sum", lambda: plus_two, "Do not add.")),
    lambda: [([2, 2],), ([1, 3], 5)],
)  # fmt: skip
SHOWN = "9.9: not correct yet: {} hint('9.9') gives a hint."


def returns(*values):
    """A function that returns these values, one for each call."""
    rest = list(values)

    def f(x, scale=2):
        return rest.pop(0)

    return f


def fails(error):
    def f(x, scale=2):
        raise error

    return f


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (double, "9.9: correct."),
        (returns([4, 4], np.array([5, 15])), "9.9: correct."),
        (
            ...,
            "9.9: not answered yet. Write the body of the function in place of the three dots.",
        ),
        (
            3,
            '9.9: not correct yet: the answer is a function, as in check(f, "9.9"), got int.',
        ),
        (plus_two, "9.9: not correct yet: f([1, 3], 5) should be [5, 15], and yours is [6, 8]."),
        (
            returns([4, 5], [0, 0]),
            SHOWN.format("f([2, 2]) should be [4, 4], and yours is [4, 5]."),
        ),
        (
            returns([4, 4], None),
            SHOWN.format("f([1, 3], 5) should be [5, 15], and yours is None."),
        ),
        (
            returns(None, None),
            "9.9: not correct yet: your function returns None in every case. Is a return statement "
            "missing?",
        ),
        (
            fails(ValueError("bad\nvalue")),
            "9.9: not correct yet: your function ends with ValueError: bad",
        ),
        (fails(KeyError()), "9.9: not correct yet: your function ends with KeyError."),
        (
            functools.partial(returns([4, 4], [5, 15.5])),
            SHOWN.format("your function([1, 3], 5) should be [5, 15], and yours is [5, 15.5]."),
        ),
    ],
)
def test_each_verdict_is_a_sentence(function, message):
    if function is plus_two:  # a known mistake
        message = "9.9: not correct yet. Do not add."
    verdict = check_exercise_function(function, EXERCISE)
    assert verdict.message == message
    assert verdict.passed is (message == "9.9: correct.")
    assert verdict.score == verdict.passed
    assert verdict.mistakes == (("sum",) if function is plus_two else ())


def test_a_function_gets_arguments_of_its_own():
    def f(x, scale=2):
        x[:] = [scale * value for value in x]
        return x

    assert check_exercise_function(f, EXERCISE).passed


def test_warnings_and_overflows_are_not_shown():
    def f(x, scale=2):
        warnings.warn("careful", stacklevel=1)
        with np.errstate():
            np.array([1.0]) / np.array([0.0])
        return double(x, scale)

    assert check_exercise_function(f, EXERCISE).passed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.arange(12), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"),
        (np.arange(13), "an array of shape (13,)"),
        (np.zeros((2, 7)), "an array of shape (2, 7)"),
        (np.float32(0.5), "0.5"),
        (1 / 3, "0.333333"),
        (1e9, "1e+09"),
        (np.array(2.0), "2"),
        (True, "True"),
        ("a", "'a'"),
        (78 * "x", f"'{78 * 'x'}'"),
        (79 * "x", f"'{78 * 'x'}…"),
    ],
)
def test_values_in_messages(value, text):
    assert exercise_functions._shown(value) == text


def documented(x):
    """A docstring."""


def ellipsis(x):
    """A docstring."""


def nothing(x): ...


def returns_none(x):
    return None


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (..., True),
        (None, False),
        (len, False),
        (nothing, True),
        (documented, True),
        (ellipsis, True),
        (returns_none, True),
        (lambda x: 1, False),
        (lambda x: "text", False),
        (double, False),
    ],
)
def test_a_function_is_unwritten_if_it_is_only_dots(function, expected):
    assert is_unwritten(function) is expected
