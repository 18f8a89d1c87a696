"""Patterns of wrong entries: where each is true, and how many of its entries have to be wrong."""

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.diagnosis.wrong_entries import (
    _patterns,
    _patterns_of_arguments,
    axis_names,
    describe_entries,
)
from minivgg.classroom.results import Comparison, Results
from minivgg.classroom.tasks import Case

MAPS = np.random.default_rng(0).uniform(1, 9, (3, 2, 6, 7))  # 3 images of 2 filters
COLS = np.random.default_rng(1).uniform(1, 9, (5, 8))


def results(name, *calls):
    """Of a task whose cases have one call each; of the results nothing is needed."""
    return Results(TASKS[name], [Case(f"case {i}", (call,)) for i, call in enumerate(calls)], [])


def described(name, output, *pairs):
    """Of (the student's array, the right one); the arguments are numbers."""
    calls = [[0] * len(TASKS[name].argument_names)] * len(pairs)
    comparisons = [Comparison(i, 0, output, a, r, False) for i, (a, r) in enumerate(pairs)]
    with np.errstate(all="ignore"):  # as for all diagnoses
        return describe_entries(results(name, *calls), comparisons)


def changed(right, *index):
    """Other, different numbers at this place."""
    actual = right.copy()
    actual[index] += np.arange(1, right[index].size + 1).reshape(right[index].shape)
    return actual, right


ALL = slice(None)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ((-1,), "in the last image"),
        ((0,), "in the first image"),
        ((slice(1, None),), "in the images after the first"),
        ((slice(None, -1),), "in the images before the last"),
        ((ALL, -1), "in the last filter"),
        ((ALL, 0), "in the first filter"),
        ((..., -1, ALL), "in the last row"),
        ((..., 0, ALL), "in the first row"),
        ((..., slice(1, None), ALL), "in the rows after the first"),
        ((..., slice(None, -1), ALL), "in the rows before the last"),
        ((..., -1), "in the last column"),
        ((..., 0), "in the first column"),
        ((..., slice(1, None)), "in the columns after the first"),
        ((..., slice(None, -1)), "in the columns before the last"),
    ],
)
def test_the_places_along_each_axis(index, words):
    assert described("conv_forward", "y", changed(MAPS, *index)) == f"is wrong only {words}"


def edge(before, after):
    """1 in so many outer rows and columns, else 0."""
    inner = np.zeros((6 - before - after, 7 - before - after))
    return np.pad(inner, (before, after), constant_values=1)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0, 1, "in the last row and the last column"),
        (1, 0, "in the first row and the first column"),
        (1, 1, "in the outermost rows and columns"),
        (2, 2, "in the two outermost rows and columns"),
        (2, 1, "in the two outermost rows and columns"),
    ],
)
def test_the_outer_rows_and_columns(before, after, words):
    assert described("conv_forward", "y", (MAPS * (1 + edge(before, after)), MAPS)) == (
        f"is wrong only {words}"
    )
    right = MAPS[0, 0]
    assert described("im2col", "cols", (right * (1 + edge(before, after)), right)) == (
        f"is wrong only {words}"
    )


def test_the_columns_of_a_matrix_and_the_classes_of_logits():
    assert described("im2col", "cols", changed(COLS, slice(1, None))) == (
        "is wrong only in the rows after the first"
    )
    words = described("softmax_cross_entropy", "dlogits of call 2", changed(COLS, ALL, slice(1, 8)))
    assert words == "is wrong only in the classes after the first"
    words = described("softmax_cross_entropy", "dlogits", changed(COLS, ALL, slice(0, 7)))
    assert words == "is wrong only in the classes before the last"


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([], ""),
        ([(None, COLS)], ""),
        ([(COLS, None)], ""),
        ([(COLS[:3], COLS)], ""),
        ([changed(COLS, 0), (COLS[:3], COLS)], ""),
        ([(np.array(1.0), np.array(2.0))], ""),
        ([changed(COLS, 0), (np.array(1.0), np.array(2.0))], ""),
        ([changed(COLS, ALL)], ""),
        ([changed(COLS, 2, 3)], ""),
        # of two patterns with equally many entries the first, else the smaller one
        ([changed(COLS[:2], 1)], "in the last row"),
        ([changed(COLS[:, :2], ALL, 1)], "in the last column"),
        ([changed(COLS, 0), changed(COLS[:, :3], 0)], "in the first row"),
        ([changed(COLS, 0), changed(COLS, 1)], ""),
        ([changed(COLS, 0, 0), changed(COLS[:4, 1:4], 0, 0)], "at the first entry"),
        ([changed(COLS[:2, :3], 1, 2)], ""),  # one of the two entries of the last column
        # three entries of five in the first column are wrong, two or one of five
        ([changed(COLS, slice(1, 4), 0)], "in the first column"),
        ([changed(COLS, slice(1, 3), 0)], ""),
        ([changed(COLS, ALL, 0), changed(COLS, 1, 0)], "in the first column"),
        ([changed(COLS, 1, 0), changed(COLS, ALL, 0)], "in the first column"),
        ([changed(COLS, slice(1, 3), 0), changed(COLS, slice(1, 3), 0)], ""),
        # what is there
        ([(np.where(np.arange(8) == 7, 5.0, COLS), COLS)], "in the last column, where it is 5"),
        (
            [(np.where(np.arange(8) == 7, np.nan, COLS), COLS)],
            "in the last column, where it is nan",
        ),
        (
            [(np.where(np.arange(8) == 7, value, COLS), COLS) for value in (5.0, 6.0)],
            "in the last column",
        ),
        (
            [(np.where(np.arange(8) == 7, value, COLS), COLS) for value in (5.0, np.nan)],
            "in the last column",
        ),
    ],
)
def test_the_smallest_pattern_that_contains_all_wrong_entries(pairs, words):
    assert described("im2col", "cols", *pairs) == (words and f"is wrong only {words}")


@pytest.mark.parametrize(
    ("right", "actual", "words"),
    [
        # 1e-4 of the largest finite number is rounding
        ([[100, 1], [9, 1]], [[100.015, 1], [9.009, 1]], "at the first entry, where it is 100"),
        ([[0, 0], [0, 0]], [[2e-10, 0], [0, 0]], "at the first entry, where it is 2e−10"),
        ([[0, 0], [0, 0]], [[2e-10, 0], [0.9e-10, 0]], "at the first entry, where it is 2e−10"),
        ([[1, 2], [np.inf, 3]], [[5, 2], [np.inf, 3]], "at the first entry, where it is 5"),
        ([[1, 2], [np.inf, 3]], [[5, 2], [np.nan, 3]], "at the first entry, where it is 5"),
        ([[np.nan, 2], [4, 3]], [[5, 2], [4, 3]], "at the first entry, where it is 5"),
        ([[1, 2], [4, 3]], [[-np.inf, 2], [4, 3]], "at the first entry, where it is −inf"),
    ],
)
def test_entries_are_wrong_beyond_rounding(right, actual, words):
    found = described("im2col", "cols", (np.array(actual, float), np.array(right, float)))
    assert found == f"is wrong only {words}"


X = [-2.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0]


@pytest.mark.parametrize(
    ("words", "indices"),
    [
        ("where x is negative", [0, 1]),
        ("where x is positive", [3, 4, 5, 6]),
        ("where x is 0", [2]),
        ("where x is above 1", [5, 6]),
        ("where x is between 0 and 1", [2, 3, 4]),
        ("where dy is negative", [5, 6]),
        ("where dy is positive", [0, 1, 2, 3]),
        ("where the result should be 0", [4]),
        ("where the result should be negative", [0, 6]),
    ],
)
def test_a_pattern_of_signs_is_true_at_these_entries(words, indices):
    """The arguments are those of the second case."""
    dy = [4.0, 3.0, 2.0, 0.5, 0.0, -0.5, -2.0]
    found = results("relu_backward", [{"array": [1.0]}] * 2, [{"array": dy}, {"array": X}])
    right = np.array([-0.5, 2.0, 3.0, 4.0, 0.0, 0.5, -2.0])
    holds = dict(_patterns_of_arguments(found))[words](Comparison(1, 0, "dx", None, right, False))
    assert np.flatnonzero(holds).tolist() == indices


def test_signs_of_x_are_patterns_of_relu_only():
    for name in ("relu_forward", "relu_backward"):
        assert "where x is 0" in dict(_patterns_of_arguments(results(name)))
    assert "where x is 0" not in dict(_patterns_of_arguments(results("conv_backward")))


def test_arguments_are_those_of_the_call():
    calls = ([{"array": [1.0, -1.0]}], [{"array": [-1.0, 1.0]}])
    found = Results(TASKS["relu_forward"], [Case("two calls", calls)], [])
    holds = dict(_patterns_of_arguments(found))["where x is negative"]
    assert holds(Comparison(0, 1, "y", None, np.zeros(2), False)).tolist() == [True, False]


def test_the_label_of_each_row_and_the_classes_beside_it():
    found = results("softmax_cross_entropy", [{"normal": [2, 3]}, {"array": [2, 0]}])
    holds = dict(_patterns_of_arguments(found))
    comparison = Comparison(0, 0, "dlogits", None, np.zeros((2, 3)), False)
    labels = [[False, False, True], [True, False, False]]
    assert holds["at the label of each row"](comparison).tolist() == labels
    beside = holds["beside the label of each row"](comparison)
    assert beside.tolist() == [[True, True, False], [False, True, True]]


def test_pixels_that_windows_share_and_pixels_that_no_window_covers():
    """Windows of 2×1 of an image of 4×5: in the first case of stride 1, in the second of 3."""
    shapes = [{"normal": [9, 9]}, {"normal": [1, 1, 4, 5]}, {"normal": [1, 1, 2, 1]}, 0]
    found = results("conv_backward", [*shapes, 1, 0], [*shapes, 3, 0])
    holds = dict(_patterns_of_arguments(found))
    shared, uncovered = (
        [holds[words](Comparison(i, 0, "dx", None, None, False)) for i in range(2)]
        for words in ("at pixels that several windows share", "at pixels that no window covers")
    )
    assert shared[0].tolist() == [[False] * 5, [True] * 5, [True] * 5, [False] * 5]
    assert not shared[1].any()
    assert not uncovered[0].any()
    row = [False, True, True, False, True]
    assert uncovered[1].tolist() == [row, row, [True] * 5, [True] * 5]


@pytest.mark.parametrize(
    ("name", "output", "dimensions", "names"),
    [
        ("conv_forward", "y", 4, ("image", "filter", "row", "column")),
        ("conv_backward", "dx", 4, ("image", "channel", "row", "column")),
        ("conv_backward", "dw", 4, ("filter", "channel", "kernel row", "kernel column")),
        ("conv_backward", "db", 1, ("filter",)),
        ("col2im", "x", 4, ("image", "channel", "row", "column")),
        ("im2col", "cols", 2, ("row", "column")),
        ("softmax_cross_entropy", "dlogits", 2, ("row", "class")),
        ("maxpool_forward", "y", 4, ("image", "channel", "row", "column")),
        ("relu_forward", "y", 4, ("image", "channel", "row", "column")),
        ("dropout_forward", "mask", 4, ("image", "channel", "row", "column")),
        ("relu_forward", "y", 2, ("index 0", "index 1")),
        ("sgd_step", "v", 1, ("index 0",)),
    ],
)
def test_axes_have_the_names_of_the_output(name, output, dimensions, names):
    assert axis_names(TASKS[name], output, dimensions) == names


def test_vectors_have_no_outer_rows():
    found = results("conv_backward")
    for shape, has_edges in (((4,), False), ((2, 3), True)):
        words = [w for w, _ in _patterns(found, Comparison(0, 0, "db", None, np.ones(shape), 0))]
        assert ("in the outermost rows and columns" in words) == has_edges
