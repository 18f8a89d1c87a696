"""The smallest check that fails, written so that a student can follow it by hand."""

import numpy as np
import pytest

from minivgg.classroom import check, reference_solutions
from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.examples import (
    describe_arguments,
    describe_difference,
    write,
    write_number,
)
from minivgg.classroom.results import Comparison


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array(3.0), "3"),
        (np.array([1.5, -2.0]), "[1.5, −2]"),
        (np.array([[1.0, np.nan], [np.inf, -0.0]]), "[[1, nan], [inf, 0]] (2×2)"),
        (np.zeros((1, 1, 0, 0)), "an empty array of 1×1×0×0"),
        (np.zeros((1, 1, 1, 1)), "[0] (1×1×1×1)"),
        (np.zeros((6, 6)), "an array of 6×6"),
        ([[3, 1]], "[[3, 1]]"),
        ({"rng": 3}, "default_rng(3)"),
        ({"previous": 0}, "the result of the call before"),
    ],
)
def test_values_are_written_in_one_line(value, text):
    assert write(value) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.123456, "0.123"), (138357544, "138357544"), (138361694.7, "138361694.7")],
)
def test_counts_keep_all_their_digits(number, text):
    assert write_number(number) == text


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_arguments_have_their_names(task):
    text = "\n".join(describe_arguments(task, task.cases[0]))
    assert all(f"{name} = " in text for name in task.argument_names)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_a_wrong_number_gets_an_example_with_expected_and_given(task):
    """Also for pooling, ReLU and dropout, whose results are not compared as they are."""

    def slightly_wrong(*arguments):
        outputs = task.implementation()(*arguments)
        several = outputs if isinstance(outputs, tuple) else (outputs,)
        changed = [None if o is None else np.asarray(o) * 1.5 + 0.25 for o in several]
        return tuple(changed) if len(task.returns) > 1 else changed[0]

    message = check(slightly_wrong, task.name, quiet=True).message
    assert "Wrong, for example: " in message
    assert " should be " in message
    assert " but is " in message


def test_the_example_is_the_smallest_wrong_case_of_an_output_that_is_not_explained():
    def backward(dy, x, w, b, stride, padding):
        dx, dw, db = reference_solutions.conv_backward(dy, x, w, b, stride, padding)
        return (dx if stride == 1 else dx * 0 + 7), dw, db / len(x)

    verdict = check(backward, "conv_backward", quiet=True)
    assert verdict.mistakes == ("db-averaged",)
    assert any(sentence.startswith("dx is wrong in all") for sentence in verdict.diagnoses)
    example = verdict.message[verdict.message.index("Wrong, for example") :]
    assert "dx" in example
    assert "should be" in example


def test_an_entry_that_is_no_number_is_shown_before_one_that_is_only_wrong():
    right, actual = np.array([1.0, 2.0, np.nan]), np.array([5.0, np.nan, np.nan])
    (*_, entry) = describe_difference(Comparison(0, 0, "y", actual, right, False))
    assert entry == "y at [1] should be 2, but is nan."
