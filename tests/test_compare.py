"""A comparison that fails says by how much, where, and which numbers were compared."""

import re

import numpy as np
import pytest
from support.compare import assert_same_as_reference, error

from minivgg import ops
from minivgg.textbook import loops

EXPECTED = np.array([[1.0, -4.0, 2.0], [0.5, 3.0, 0.25]])


def message_of(compare):
    """What pytest prints of the AssertionError that ``compare`` raises."""
    with pytest.raises(AssertionError) as failure:
        compare()
    return str(failure.value)


def test_a_failing_comparison_shows_the_error_its_place_the_shape_and_both_numbers():
    found = EXPECTED.copy()
    found[1, 0] = 2.5

    def compare():
        assert error(found, EXPECTED) < 1e-9

    assert "assert 0.5 (at (1, 0) of shape (2, 3): 2.5, expected 0.5) < 1e-09" in message_of(
        compare
    )


def test_what_is_not_a_number_is_found_and_shown():
    found = EXPECTED.copy()
    found[0, 2] = np.nan

    def compare():
        assert error(found, EXPECTED) < 1e-9

    assert "nan (at (0, 2) of shape (2, 3): nan, expected 2.0)" in message_of(compare)


def test_arrays_of_different_shapes_are_named_by_their_shapes():
    assert "shape (3, 2), expected (2, 3)" in message_of(lambda: error(EXPECTED.T, EXPECTED))


def test_a_wrong_operation_is_named_with_the_numbers_of_its_wrong_result(rng):
    """ReLU whose backward forgets one number; the asserts of ``support`` are rewritten."""

    def forgetful(dy, saved):
        dx = ops.relu_backward(dy, saved)
        dx[0, 1] = 7
        return dx

    functions = ops.relu, loops.relu, forgetful, loops.relu_backward
    message = message_of(lambda: assert_same_as_reference(*functions, (np.abs(EXPECTED),)))
    assert message.startswith("gradient 1 is not the reference's")
    assert re.search(r"assert [\d.]+ \(at \(0, 1\) of shape \(2, 3\): 7\.0, expected ", message)


def test_a_gradient_that_is_missing_is_said_to_be_none():
    functions = ops.relu, loops.relu, lambda dy, saved: None, loops.relu_backward
    message = message_of(lambda: assert_same_as_reference(*functions, (EXPECTED,)))
    assert message.startswith("gradient 1: None, expected [[")


def test_equal_arrays_have_no_error_whatever_their_size():
    assert error(EXPECTED, EXPECTED) == 0
    assert error(np.zeros((0, 3)), np.zeros((0, 3))) == 0
    assert error(2.0, 2.0) == 0
