"""How arrays differ from the right ones: each relation is recognised, and none is invented."""

import numpy as np
import pytest

from minivgg.classroom.diagnosis.how_wrong import describe_how

RNG = np.random.default_rng(0)
SHAPES = [(2, 3, 4, 5), (3, 2, 6, 4), (2, 4, 3, 5)]
FACTS = [
    {"N": n, "C": c, "H": h, "W": w, "kh": 3, "kw": 2, "OH": h, "OW": w} for n, c, h, w in SHAPES
]
RIGHT = [RNG.standard_normal(shape) for shape in SHAPES]


def described(change):
    return describe_how([(change(r, f), r, f) for r, f in zip(RIGHT, FACTS, strict=True)])


def without_first(a, f):
    a = a.copy()
    a[0] = np.nan
    return a


def with_border(a, f):
    return np.pad(a, ((0, 0), (0, 0), (1, 1), (1, 1)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a, f: a * 1.00003, "is nearly right: the largest difference is 0.003 %"),
        (lambda a, f: a * 0 + 7, "is 7 everywhere"),
        (lambda a, f: a * np.nan, "is nan"),
        (lambda a, f: -a, "has the wrong sign"),
        (lambda a, f: a / f["N"], "is the right result divided by N"),
        (lambda a, f: a * f["OH"] * f["OW"], "is the right result times OH·OW"),
        (lambda a, f: a * len(a) * a.shape[2] * a.shape[3], "is the right result times N·OH·OW"),
        (lambda a, f: np.maximum(a, 0), "is right where it is positive, and 0 where"),
        (lambda a, f: abs(a), "is the absolute value of the right result"),
        (lambda a, f: a.astype(int), "without its decimals, as integers"),
        (lambda a, f: a.transpose(0, 2, 3, 1), "transposed by (0, 2, 3, 1)"),
        (lambda a, f: a[:, :, ::-1], "is reversed along its second last axis"),
        (lambda a, f: a[:, :, ::-1, ::-1], "along its last axis and its second last axis"),
        (lambda a, f: a + 3, "differs from the right result by the same number everywhere"),
        (
            lambda a, f: a + RNG.standard_normal((1, a.shape[1], 1, 1)),
            "by one number in each map, as a bias would",
        ),
        (lambda a, f: np.roll(a, 1, axis=3), "is shifted by 1 column to the right"),
        (lambda a, f: np.roll(a, -2, axis=2), "is shifted by 2 rows up"),
        (lambda a, f: a.transpose(0, 2, 3, 1).reshape(a.shape), "transposed by (0, 2, 3, 1) and"),
        (
            lambda a, f: np.random.default_rng(1).permutation(a.reshape(-1)).reshape(a.shape),
            "has the right numbers in the wrong places",
        ),
        (without_first, "contains nan"),
        (lambda a, f: a[:, :, 0:-0], "is an empty array"),
        (lambda a, f: a[None], "axes of length 1 are too many or missing"),
        (lambda a, f: a.reshape(len(a), -1), "has the right numbers, but the shape (2, 60)"),
        (with_border, "contains the right result, but has additional rows or columns"),
        (lambda a, f: a[:, :, :-1, :-1], "is right, but rows or columns are missing at the end"),
        (lambda a, f: a.sum(axis=1), "is the sum of the right result over axis 1"),
        (lambda a, f: a.max(axis=0), "is the maximum of the right result over axis 0"),
        (
            lambda a, f: np.stack([a / 2, a / 2], axis=1),
            "is not yet reduced: its sum over axis 1 is the right result",
        ),
    ],
)
def test_a_relation_that_holds_in_all_cases_is_described(change, words):
    assert words in described(change)


def test_counts_have_to_be_exact():
    right = np.array([138_357_544])
    assert "0.003 %, and has to be exact" in describe_how([(right * 1.00003, right, {})])


def test_a_relation_that_fails_in_one_case_is_not_described():
    changed = [(a / len(a), a, f) for a, f in zip(RIGHT, FACTS, strict=True)]
    changed[1] = (RNG.standard_normal(SHAPES[1]), *changed[1][1:])
    assert describe_how(changed) == ""


@pytest.mark.parametrize("seed", range(10, 15))
def test_nothing_is_said_of_other_numbers(seed):
    rng = np.random.default_rng(seed)
    assert described(lambda a, f: rng.standard_normal(a.shape)) == ""


def test_a_factor_of_one_number_is_not_called_a_rule():
    assert describe_how([(np.array(2.5), np.array(1.0), {})]) == ""


def test_orders_are_not_told_apart_where_all_numbers_are_equal():
    assert describe_how([(np.eye(3), np.zeros((3, 3)), {})]) == ""
