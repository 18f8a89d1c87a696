"""Calls of a submitted function: what it was given, and whether it changed that."""

import numpy as np
import pytest

from minivgg.classroom.worker.calls import make_calls

ARGUMENTS = [
    np.array([1.0, np.nan]), np.array([1, 2]), np.array([True]), [np.zeros(2), [np.ones(1)]], 3,
    2.5, "text", None, {"rng": 4},
]  # fmt: skip


@pytest.mark.parametrize("argument", ARGUMENTS, ids=str)
def test_an_argument_that_is_only_read_is_unchanged(argument):
    (record,) = make_calls(lambda x: 1.0, [[argument]], 1)
    assert record["changed"] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.__setitem__(0, 5),
        lambda x: x.__setitem__(0, np.nan),
        lambda x: setattr(x, "shape", (2, 1)),
    ],
)
def test_a_changed_argument_is_named_by_its_place(change):
    x = np.array([1.0, np.nan])
    (record,) = make_calls(lambda n, x, y: change(x) or 1.0, [[3, x, np.ones(2)]], 1)
    assert record["changed"] == [1]
    assert np.array_equal(x, [1.0, np.nan], equal_nan=True)  # a copy was given


def test_lists_of_arrays_are_looked_into():
    (record,) = make_calls(lambda a: a[1].__setitem__(0, 2.0) or 1.0, [[[np.ones(1)] * 2]], 1)
    assert record["changed"] == [0]
    (record,) = make_calls(lambda a: a.append(1) or 1.0, [[[np.ones(1)] * 2]], 1)
    assert record["changed"] == [0]
