"""Which of several wrong arrays is drawn, and which part of it, with which words."""

import numpy as np
import pytest

from minivgg.classroom.diagnosis.picture import picture_of_difference, wrong_mask
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case, Task
from minivgg.plots import wrong_entries as plots


def pictured(monkeypatch, *pairs, names=("y",), **options):
    """What is drawn of (the student's array, the right one) of each case; None for no picture."""
    task = Task("f()", names, "", lambda: None, (), (), **options)
    cases = [Case(f"case {i}", ([],)) for i in range(len(pairs))]

    def results(k):
        outputs = [pair[k] if isinstance(pair[k], tuple) else (pair[k],) for pair in pairs]
        return Results(task, cases, [[{"arrays": list(several)}] for several in outputs])

    def drawn(right, actual, title, wrong, axes):
        return {"right": right, "actual": actual, "title": title, "wrong": wrong, "axes": axes}

    monkeypatch.setattr(plots, "wrong_entries", drawn)
    draw = picture_of_difference(results(0), results(1))
    return draw and draw()


def wrong(*shape):
    """Zeros where ones are right."""
    return np.zeros(shape), np.ones(shape)


@pytest.mark.parametrize(
    ("shapes", "index"),
    [
        ([(4, 3), (3, 3), (3, 5)], 1),
        ([(3, 3), (4, 3)], 0),
        ([(2, 4), (5, 5), (1, 8)], 1),
        ([(3, 3), (2, 4)], 0),
        ([(9,), (7, 7)], 1),
        ([(9,), (2, 4)], 0),
        ([(10,), (9,)], 1),
        ([(5,), (4,), (2, 2)], 2),
        ([(2,), (3,)], 1),
        ([(2, 2), (2, 3), (1, 5)], 1),
        ([(1, 1, 4, 4), (5, 5, 3, 4)], 1),
        ([(20, 1, 2, 4), (1, 1, 3, 4)], 1),
    ],
)
def test_the_smallest_map_of_nine_numbers_or_more_is_drawn(monkeypatch, shapes, index):
    """Then a series, then the largest of those that are smaller."""
    found = pictured(monkeypatch, *(wrong(*shape) for shape in shapes))
    assert found["title"].endswith(f"in the check: case {index}")


@pytest.mark.parametrize(
    ("actual", "right"),
    [
        (np.ones((3, 3)), np.ones((3, 3))),
        (None, np.ones((3, 3))),
        (np.ones((3, 3)), None),
        (np.zeros((3, 4)), np.ones((3, 3))),
        (np.zeros((1, 1)), np.ones((1, 1))),
        (np.array(0.0), np.array(1.0)),
    ],
)
def test_what_is_right_or_no_array_of_the_right_shape_is_not_drawn(monkeypatch, actual, right):
    assert pictured(monkeypatch, (actual, right)) is None
    found = pictured(monkeypatch, (actual, right), wrong(4, 4))
    assert found["title"].endswith("in the check: case 1")


def test_two_numbers_are_a_series(monkeypatch):
    found = pictured(monkeypatch, wrong(2))
    assert found["title"] == "y: 2 of 2 numbers are wrong\nin the check: case 0"
    assert found["right"].shape == (1, 2)


def test_what_is_observed_is_drawn_where_it_is_an_output(monkeypatch):
    def observe(calls, outputs):
        return {"y of call 1": outputs[0][0], "share of y": outputs[0][1]}

    pair = (wrong(4, 4)[0], wrong(3, 3)[0]), (wrong(4, 4)[1], wrong(3, 3)[1])
    found = pictured(monkeypatch, pair, names=("y", "z"), observe=observe)
    assert found["title"] == "y of call 1: 16 of 16 numbers are wrong\nin the check: case 0"
    right = wrong(4, 4)[1]
    pair = (right, wrong(3, 3)[0]), (right, wrong(3, 3)[1])
    assert pictured(monkeypatch, pair, names=("y", "z"), observe=observe) is None


def test_the_map_with_the_most_wrong_numbers_is_drawn(monkeypatch):
    right = np.arange(1.0, 73).reshape(3, 2, 3, 4)
    actual = right.copy()
    actual[0, 0, 0, 0] += 9
    actual[1, 0, 1, 2:] += 9
    actual[2, 1, 2, 3] += 9
    found = pictured(monkeypatch, (actual, right))
    assert found["title"] == (
        "y: 4 of 72 numbers are wrong (below: image 1, filter 0)\nin the check: case 0"
    )
    assert found["axes"] == ("row", "column")
    np.testing.assert_array_equal(found["right"], right[1, 0])
    np.testing.assert_array_equal(found["actual"], actual[1, 0])
    np.testing.assert_array_equal(found["wrong"], right[1, 0] != actual[1, 0])


@pytest.mark.parametrize(
    ("name", "shape", "axes", "below"),
    [
        ("dw", (2, 3, 3, 3), ("kernel row", "kernel column"), " (below: filter 0, channel 0)"),
        ("db", (9,), ("", "filter"), ""),
        ("dlogits", (3, 4), ("row", "class"), ""),
        ("z", (3, 4), ("row", "column"), ""),
        ("z", (2, 3, 4), ("row", "column"), " (below: index 0 0)"),
        ("z", (9,), ("", "index 0"), ""),
    ],
)
def test_the_axes_are_named(monkeypatch, name, shape, axes, below):
    found = pictured(monkeypatch, wrong(*shape), names=(name,))
    assert found["axes"] == axes
    count = int(np.prod(shape))
    title = f"{name}: {count} of {count} numbers are wrong{below}\nin the check: case 0"
    assert found["title"] == title


def test_one_wrong_number_is_said_in_the_singular(monkeypatch):
    right = np.arange(1.0, 13).reshape(3, 4)
    found = pictured(monkeypatch, (right + 5 * (right == 7), right))
    assert found["title"] == "y: 1 of 12 numbers is wrong\nin the check: case 0"
    assert np.argwhere(found["wrong"]).tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("right", "actual", "mask"),
    [
        ([100.0, 1.0], [100.0, 1.015], [False, True]),
        ([100.0, 1.0], [100.0, 1.009], [False, False]),
        ([-100.0, 1.0], [-100.0, 1.009], [False, False]),
        ([np.inf, 1.0], [np.inf, 1.001], [False, True]),
        ([np.inf, 1.0], [-np.inf, 1.0], [True, False]),
        ([0.0, 0.0], [1e-15, 0.0], [True, False]),
        ([np.nan, 1.0], [np.nan, np.nan], [False, True]),
        ([np.nan, 1.0], [1.0, 1.0], [True, False]),
    ],
)
def test_which_numbers_are_wrong(right, actual, mask):
    assert wrong_mask(np.array(right), np.array(actual)).tolist() == mask
