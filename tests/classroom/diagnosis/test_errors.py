"""Errors get hints: what NumPy and Python really raise is recognised."""

import math

import numpy as np
import pytest

from minivgg.classroom import check
from minivgg.classroom.diagnosis.errors import PADDED_EVERYWHERE, error_hint

x = np.zeros((2, 3, 4, 5))


def recursive():
    return recursive()


def unbound():
    if x.size < 0:
        value = 1
    return value


def into_integers():
    a = np.zeros(3, int)
    a += 0.5


RAISED = {
    "range(4 / 2)": (lambda: range(4 / 2), "use //"),
    "np.zeros((2, 1.5))": (lambda: np.zeros((2, 1.5)), "use //"),
    "x[0:2.0]": (lambda: x[0:2.0], "use //"),
    "x[1.0]": (lambda: x[1.0], "use //"),
    "reshape": (lambda: x.reshape(7, -1), "The array has 120 elements"),
    "slice assignment": (
        lambda: x.__setitem__((0, 0), np.zeros((3, 5))),
        "on the left has the shape (4,5), and the value on the right (3,5)",
    ),
    "empty slice": (
        lambda: x.__setitem__((0, 0), x[0, 0, 0:-0, 0:-0]),
        "A slice such as a[p:-p] is empty for p = 0",
    ),
    "padded everywhere": (
        lambda: np.zeros((2, 3, 5, 4)).__setitem__(..., np.zeros((4, 5, 5, 4))),
        "np.pad(x, p) pads all four axes",
    ),
    "broadcast": (lambda: x + np.zeros(3), "compares the shapes (2,3,4,5) and (3,)"),
    "other sizes": (lambda: x + np.zeros((2, 3, 4, 6)), "which of them is not as expected?"),
    "with an empty array": (lambda: x + x[:, :, 0:-0], "A slice such as a[p:-p] is empty"),
    "mask": (
        lambda: x.copy().__setitem__(x == 0, np.zeros(4)),
        "The mask selects 120 elements, and the value on the right has 4",
    ),
    "negative padding": (lambda: np.pad(x, -1), "np.pad got a negative number of pixels"),
    "matmul": (lambda: np.zeros((2, 3)) @ np.zeros((2, 3)), "columns of the first matrix"),
    "dot": (lambda: np.zeros((2, 3)).dot(np.zeros((2, 3))), "columns of the first matrix"),
    "index": (lambda: x[2], "Index 2 does not exist: axis 0 has 2 entries"),
    "too many indices": (lambda: x[0, 0, 0, 0, 0], "has 4 axes, and the line gives 5 indices"),
    "list index": (lambda: [1][1], "larger than the last one"),
    "sequence into a number": (lambda: x.__setitem__((0, 0, 0, 0), [1, 2]), "Is a sum missing"),
    "unpack": (lambda: (lambda: None) and [a for a, b, c in [(1, 2)]], "names on the left"),
    "negative size": (lambda: np.zeros(-1), "computed size is negative"),
    "empty maximum": (lambda: np.zeros(0).max(), "A window is empty"),
    "empty argmax": (lambda: np.zeros(0).argmax(), "A window is empty"),
    "transpose": (lambda: x.transpose(0, 1), "each axis exactly once"),
    "truth value": (lambda: bool(x > 0), "no single truth value"),
    "axis": (lambda: x.sum(axis=4), "The array has 4 axes"),
    "floats into integers": (into_integers, "holds integers and cannot take floats"),
    "None": (lambda: {}.get("y")[0], "A value is None"),
    "name": (lambda: undefined_name, "undefined_name has no value here"),  # noqa: F821
    "unbound": (unbound, "value gets its value in a branch"),
    "np.float": (lambda: getattr(np, "flo" + "at"), "NumPy has no float"),
    "list has no shape": (lambda: [1].shape, "The value is a list, not an array"),
    "division": (lambda: 1 // 0, "A divisor is 0"),
    "recursion": (recursive, "calls itself without end"),
    "overflow": (lambda: math.exp(1000), "exponential of a large number"),
    "fancy index": (lambda: x[np.zeros((3, 3), bool)], "Print both shapes"),
}


@pytest.mark.parametrize("name", RAISED)
def test_what_is_raised_gets_a_hint(name):
    function, words = RAISED[name]
    with pytest.raises(Exception) as caught:  # noqa: PT011 (any kind: the hint knows them)
        function()
    assert words in error_hint(type(caught.value).__name__, str(caught.value))


@pytest.mark.parametrize(
    ("shapes", "is_padded"),
    [
        ("(2,3,5,4) (4,5,5,4)", True),
        ("(4,5,5,4) (2,3,5,4)", True),
        ("(2,3,5,4) into shape (6,7,5,4)", True),
        ("(2,3,5,4) (4,5,5,4) (1,1,1,1)", True),
        ("(1,1,1,1) (2,3,5,4) (4,5,5,4)", False),
        ("(2,3,5,4) (3,4,5,4)", False),  # one more: not the same number before and after
        ("(2,3,5,4) (5,6,5,4)", False),
        ("(2,3,5,4) (4,7,5,4)", False),
        ("(2,3,5,4) (4,3,5,4)", False),
        ("(2,3,5,4) (2,5,5,4)", False),
        ("(2,3,5,4) (2,3,5,4)", False),
        ("(2,3,5,4) (4,5,6,4)", False),
        ("(2,3,5,4) (4,5,5,5)", False),
        ("(2,3,5,4) and a number", False),
        ("(3,5,4) (5,5,4)", False),
    ],
)
def test_arrays_that_were_padded_along_all_axes(shapes, is_padded):
    hint = error_hint("KeyError", f"shapes {shapes}")
    assert hint == ("" if not is_padded else PADDED_EVERYWHERE)


def test_a_hint_has_the_numbers_of_the_sentence_and_belongs_to_its_kind_of_error():
    sentence = "operands could not be broadcast together with shapes (2,3) (4,) "
    assert error_hint("ValueError", sentence) == (
        "Broadcasting compares the shapes (2,3) and (4,) from the right: two axes must be equal, "
        "or one of them 1. An index such as b[:, None, None] adds axes of length 1."
    )
    assert error_hint("TypeError", sentence) == ""
    assert error_hint("TypeError", "f() missing 1 required positional argument: 'x'", "f(x)") == (
        "The function has to take the arguments of the task, in this order: f(x)."
    )
    assert error_hint("TypeError", "returns one array where 2 are expected", "f(x)", "y, z") == (
        "The task asks for y, z, in this order."
    )


def test_an_unknown_error_gets_no_hint():
    assert error_hint("KeyError", "'stride'") == ""


def test_the_message_shows_the_line_and_the_hint():
    def maxpool(x, size, stride):
        n, c, h, _ = x.shape
        return np.zeros((n, c, (h - size) / stride + 1, 1))

    lines = check(maxpool, "maxpool_forward", quiet=True).message.splitlines()
    assert "in: return np.zeros((n, c, (h - size) / stride + 1, 1))" in lines[0]
    assert "use // for sizes" in lines[1]


@pytest.mark.parametrize("function", [lambda x: x, lambda x, kh, kw, stride, padding, more: x])
def test_wrong_arguments_get_the_signature(function):
    message = check(function, "im2col", quiet=True).message
    assert "in this order: im2col(x, kh, kw, stride, padding)" in message


def test_a_wrong_number_of_outputs_gets_their_names():
    message = check(lambda *arguments: 0.0, "softmax_cross_entropy", quiet=True).message
    assert "The task asks for loss, dlogits, in this order." in message


def test_how_often_an_error_occurs_is_said_where_there_are_several():
    """The first call fails in one way, the second and third in another."""
    calls = []

    def fails(x):
        calls.append(x.ndim)
        if len(calls) == 1:
            raise KeyError("first")
        if len(calls) in (2, 3):
            raise IndexError("twice")
        return np.maximum(x, 0)

    message = check(fails, "relu_forward", quiet=True).message
    assert message.count("(in 2 checks)") == 1
    assert message.index("twice") < message.index("(in 2 checks)") < message.index("first")
    calls.clear()

    def fails_twice(x):
        calls.append(x.ndim)
        if len(calls) in (2, 3):
            raise IndexError("twice")
        return np.maximum(x, 0)

    assert "checks)" not in check(fails_twice, "relu_forward", quiet=True).message
