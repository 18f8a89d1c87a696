"""Right numbers in other places, and arrays of another shape: what is said of small arrays."""

import numpy as np
import pytest

from minivgg.classroom.diagnosis.how_wrong import describe_how

MATRIX = np.array([[1.0, 2.0, 4.0], [-3.0, 5.0, 9.0], [7.0, 6.0, -8.0]])
OTHER = np.array([[3.0, -1.0, 8.0], [2.0, 6.0, -5.0], [4.0, 7.0, 11.0]])
NUMBERS = np.arange(1.0, 7)
PLACES = "has the right numbers in the wrong places"
CYCLE = "has the right numbers, but moved cyclically"
RESHAPED = (
    "has the right numbers in the wrong places: it was reshaped from an array whose axes are in "
    "another order. The right array, transposed by {} and then reshaped, gives your result"
)


def described(*pairs):
    """Of (the student's array, the right one)."""
    with np.errstate(all="ignore"):  # as for all diagnoses
        return describe_how([(np.asarray(a, float), np.asarray(r, float), {}) for a, r in pairs])


def moved(a, down, right):
    """Rows and columns that come in are 0."""
    h, w = a.shape[-2:]
    padded = np.pad(a, [(0, 0)] * (a.ndim - 2) + [(3, 3), (3, 3)])
    return padded[..., 3 - down : 3 - down + h, 3 - right : 3 - right + w]


@pytest.mark.parametrize(
    ("down", "right", "words"),
    [
        (1, 0, "1 row down"),
        (-1, 0, "1 row up"),
        (2, 0, "2 rows down"),
        (-2, 0, "2 rows up"),
        (0, 1, "1 column to the right"),
        (0, -1, "1 column to the left"),
        (0, 2, "2 columns to the right"),
        (0, -2, "2 columns to the left"),
        (1, -2, "1 row down and 2 columns to the left"),
        (-2, 1, "2 rows up and 1 column to the right"),
    ],
)
def test_a_shift_is_described_in_rows_and_columns(down, right, words):
    large = np.random.default_rng(1).standard_normal((2, 4, 5))
    pairs = [(moved(a, down, right), a) for a in (MATRIX, large)]
    assert described(*pairs) == f"is shifted by {words}"
    assert described(*pairs, (MATRIX + OTHER, MATRIX)) == ""


@pytest.mark.parametrize(
    ("right", "down", "to_the_right", "words"),
    [
        # the same as 2 rows up and 2 columns to the left
        ([[1, 2, 3], [4, 5, 6], [7, 8, 0]], 0, 1, "1 column to the right"),
        ([[1, 2, 3], [4, 5, 6], [7, 8, 0]], 1, 0, "1 row down"),
        # the same as 2 rows down, or 2 columns to the right
        ([[0, 7, 8], [4, 5, 6], [7, 8, 9]], 0, 1, "1 column to the right"),
        ([[0, 4, 7], [7, 5, 8], [8, 6, 9]], 1, 0, "1 row down"),
    ],
)
def test_the_shortest_of_several_shifts_is_named(right, down, to_the_right, words):
    right = np.array(right, float)
    assert described((moved(right, down, to_the_right), right)) == f"is shifted by {words}"


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([([0, 1, 2, 4, 7], [1, 2, 4, 7, 9])], ""),
        ([(moved(MATRIX[:2], 0, 1), MATRIX[:2])], ""),
        ([(moved(MATRIX[:, :2], 1, 0), MATRIX[:, :2])], ""),
        ([(np.roll([1, 2, 4, 9], 1), [1, 2, 4, 9])], PLACES),
        ([(np.roll(NUMBERS[None], 2), NUMBERS[None])], CYCLE),
        ([(np.roll(MATRIX[:2], 1, (0, 1)), MATRIX[:2])], CYCLE),
        ([(np.roll(np.arange(10.0).reshape(2, 5), 3, 1), np.arange(10.0).reshape(2, 5))], CYCLE),
        ([(np.roll(np.arange(10.0).reshape(5, 2), 3, 0), np.arange(10.0).reshape(5, 2))], CYCLE),
        (
            [(np.roll(NUMBERS[None], 2), NUMBERS[None]), (np.roll(MATRIX[:2], 1, 1), MATRIX[:2])],
            CYCLE,
        ),
        ([(np.roll(NUMBERS[None], 2), NUMBERS[None]), (OTHER[:2], MATRIX[:2])], ""),
    ],
)
def test_cyclic_moves_are_told_from_shifts(pairs, words):
    found = described(*pairs)
    assert found.startswith(words)
    assert bool(found) == bool(words)


def reshaped(right, order):
    return right.transpose(order).reshape(right.shape)


TABLE = NUMBERS.reshape(2, 3)
FIVE = NUMBERS.reshape(1, 1, 1, 2, 3)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([([[1, 4, 2], [5, 3, 6]], TABLE)], RESHAPED.format("(1, 0)")),
        ([(reshaped(FIVE, (0, 1, 2, 4, 3)), FIVE)], RESHAPED.format("(0, 1, 2, 4, 3)")),
        ([(reshaped(FIVE[None], (0, 1, 2, 3, 5, 4)), FIVE[None])], PLACES),
        ([([[1, 4, 2], [5, 3, 6]], TABLE), (FIVE[0, 0, 0, :, [1, 0, 2]], FIVE[0, 0, 0].T)], PLACES),
        ([([[1, 4, 2], [5, 3, 6]], TABLE), (FIVE[..., [1, 0, 2]], FIVE)], PLACES),
        ([([[1, 4, 2], [5, 3, 6]], TABLE), (OTHER, MATRIX)], ""),
        ([([2, 1, 4], [1, 2, 4])], PLACES),
        ([([2, 1, 4], [1, 2, 4]), ([3, 9, 1], [9, 3, 2])], ""),
    ],
)
def test_right_numbers_in_wrong_places(pairs, words):
    assert described(*pairs) == words


BORDER = "contains the right result, but has additional rows or columns around it"
TOO_MANY = "has too many rows or columns"
MISSING = "is right, but rows or columns are missing at the end"
BATCH = np.stack([MATRIX, OTHER])


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(np.zeros((0, 3)), MATRIX)], "is an empty array"),
        ([(np.zeros((0, 3)), MATRIX), (MATRIX[:2], MATRIX)], ""),
        ([(np.zeros((2, 0)), MATRIX), (MATRIX[:2], MATRIX)], ""),
        (
            [(np.zeros((0, 4)), np.zeros((0, 3)))],
            "has the right numbers, but the shape (0, 4) instead of (0, 3)",
        ),
        (
            [(NUMBERS, TABLE), (MATRIX.ravel(), MATRIX)],
            "has the right numbers, but the shape (6,) instead of (2, 3)",
        ),
        ([(NUMBERS, TABLE), (MATRIX.ravel()[:6], MATRIX)], ""),
        ([(NUMBERS, TABLE), (OTHER.ravel(), MATRIX)], ""),
        (
            [(MATRIX[None], MATRIX), (TABLE[:, None], TABLE)],
            "has the right numbers, but the shape (1, 3, 3) instead of (3, 3): axes of length 1 "
            "are too many or missing",
        ),
        (
            [(MATRIX[None], MATRIX), (NUMBERS, TABLE)],
            "has the right numbers, but the shape (1, 3, 3) instead of (3, 3)",
        ),
        (
            [(BATCH[:, :2].transpose(0, 2, 1), BATCH[:, :2]), (TABLE.T[None], TABLE[None])],
            "has its axes in another order: it is the right array transposed by (0, 2, 1)",
        ),
        ([(TABLE.T, TABLE), (BATCH[:, :2] * 2, BATCH[:, :2, :1])], ""),
        ([(np.pad(MATRIX, ((2, 0), (0, 1))), MATRIX)], BORDER),
        ([(np.pad(MATRIX, ((0, 3), (0, 0))), MATRIX)], BORDER),
        ([(np.pad(MATRIX, ((0, 0), (3, 0))), MATRIX)], BORDER),
        ([(np.pad(BATCH, ((0, 0), (1, 2), (0, 2))), BATCH)], BORDER),
        ([(np.pad(TABLE, 1), TABLE), (np.pad(MATRIX, 2)[1:, 1:], MATRIX)], BORDER),
        ([(np.pad(TABLE, 1), TABLE), (np.pad(MATRIX, 2), MATRIX)], TOO_MANY),
        ([(np.pad(MATRIX, 1) * 2, MATRIX)], TOO_MANY),
        ([(np.pad(MATRIX, ((16, 4), (16, 4))), MATRIX)], BORDER),
        ([(np.pad(MATRIX, ((17, 4), (0, 4))), MATRIX)], TOO_MANY),
        ([(np.pad(MATRIX, ((0, 4), (17, 4))), MATRIX)], TOO_MANY),
        ([(np.ones((2, 5, 5)), np.pad(MATRIX, ((0, 1), (0, 1)))[None].repeat(3, 0))], ""),
        ([(np.ones((3, 5)), np.ones((4, 4)))], ""),
        ([(np.ones((5, 3)), np.ones((4, 4)))], ""),
        ([(np.pad(TABLE, 1), TABLE), (OTHER, MATRIX)], ""),
        ([(np.array([9.0, 8.0, 5.0, 4.0]), [9.0, 8.0, 7.0])], ""),
        ([([1.0, 2.0, 4.0, 9.0], MATRIX)], ""),
        ([([4.0], [4.0, 6.0])], MISSING),
        ([(MATRIX[:, :2], MATRIX), (TABLE[:1], TABLE)], MISSING),
        ([(MATRIX[:2, 1:], MATRIX)], ""),
        ([(MATRIX[:, :2], MATRIX), (OTHER, MATRIX)], ""),
    ],
)
def test_arrays_of_another_shape(pairs, words):
    assert described(*pairs) == words


CUBE = np.random.default_rng(2).standard_normal((2, 3, 4))
REDUCTIONS = {"sum": np.sum, "mean": np.mean, "maximum": np.max}


@pytest.mark.parametrize("word", REDUCTIONS)
@pytest.mark.parametrize("axis", range(3))
def test_a_reduced_axis_too_many_or_too_few_is_named(word, axis):
    reduced = REDUCTIONS[word](CUBE, axis=axis)
    assert described((reduced, CUBE)) == f"is the {word} of the right result over axis {axis}"
    words = f"is not yet reduced: its {word} over axis {axis} is the right result"
    assert described((CUBE, reduced)) == words
    assert described((reduced, CUBE), (MATRIX[0], OTHER)) == ""
    assert described((CUBE, reduced), (OTHER, MATRIX[0])) == ""
