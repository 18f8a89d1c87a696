"""Odd inputs of every operation give the right numbers or one sentence.

``python -m tests.reliability --odd-inputs 5000`` tries random ones.
"""

import inspect

import numpy as np
import pytest

from minivgg import ops
from reliability import odd_inputs
from reliability.operation_calls import OPERATIONS, Operation

WITHOUT_ARRAYS = {"pair", "output_size"}  # operations of numbers alone


def test_every_operation_has_odd_inputs():
    """Also its gradient, which is called with it."""
    called = set().union(*(names_in(operation.call) for operation in OPERATIONS.values()))
    functions = {name for name in ops.__all__ if callable(getattr(ops, name))}
    assert functions - WITHOUT_ARRAYS <= called


def names_in(function):
    """The names that a function uses, also those of functions that it was made with."""
    names = {function.__name__, *function.__code__.co_names}
    for cell in function.__closure__ or ():
        if inspect.isfunction(cell.cell_contents):
            names |= names_in(cell.cell_contents)
    return names


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_oddity_in_each_argument(operation):
    cases = [case for case in odd_inputs.every_case() if case.operation == operation]
    found = odd_inputs.judge(cases)
    assert found.wrong == [], str(found)
    assert found.right > 5
    assert found.refused.total() > 15


@pytest.mark.slow
def test_random_odd_inputs_in_both_dtypes():
    found = odd_inputs.judge(odd_inputs.random_cases(2000, seed=3))
    assert found.wrong == [], str(found)


@pytest.mark.parametrize(
    ("call", "oddity", "words"),
    [
        (lambda x: x.sum(), "None", "AttributeError"),
        (lambda x: ops.relu(np.asarray(x, "float32"))[0], "list", "accepted"),
        (lambda x: x.copy(), "big-endian", "dtype >f4, not <f4"),
        (lambda x: np.zeros(x.shape, x.dtype), "NaN", "NaN or infinity in other places"),
        (lambda x: np.abs(x, out=x), "unaligned", "x was changed"),
        (lambda x: x[..., ::-1] if x.strides[-1] < 0 else x, "backwards", "differs by"),
        (lambda x: np.linalg.inv(x), "no columns", "an error of another library"),
    ],
)
def test_an_operation_that_is_wrong_is_found(monkeypatch, call, oddity, words):
    make = OPERATIONS["relu"].make
    wrong = Operation(
        lambda rng, dtype: {"x": make(rng, dtype)["x"]}, call, reference=lambda x: np.asarray(x)
    )
    monkeypatch.setitem(OPERATIONS, "wrong", wrong)
    found = odd_inputs.judge([odd_inputs.Case("wrong", "float32", (("x", oddity),), 0)])
    assert words in str(found)
    assert len(found.wrong) == 1
