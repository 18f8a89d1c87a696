"""What is said of small arrays, in the whole sentence: each relation, and where it ends."""

import numpy as np
import pytest

from minivgg.classroom.diagnosis.how_wrong import describe_how

MATRIX = np.array([[1.0, 2.0, 4.0], [-3.0, 5.0, 9.0], [7.0, 6.0, -8.0]])
SQUARE = np.array([[1.0, 2.0], [3.0, 5.0]])
MAPS = np.random.default_rng(4).standard_normal((2, 3, 2, 2))
FIRST = np.eye(1, 24).reshape(MAPS.shape)  # 1 at the first pixel
ROW = np.array([-2.6, -0.4, 0.0, 0.3, 0.7, 1.8])
FIVE = np.random.default_rng(5).standard_normal((2, 2, 2, 2, 3))
SIX = np.random.default_rng(6).standard_normal((2, 2, 2, 2, 2, 2))


def described(*pairs):
    """Of (the student's array, the right one, and perhaps facts)."""
    full = [(np.asarray(a), np.asarray(r), *(facts or [{}])) for a, r, *facts in pairs]
    with np.errstate(all="ignore"):  # as for all diagnoses
        return describe_how(full)


# facts of two cases, all different
CASES = [
    {"N": 2, "C": 3, "F": 5, "K": 7, "kh": 11, "kw": 13, "OH": 17, "OW": 19, "H": 23, "W": 29,
     "stride": 31, "p": 0.3},
    {"N": 3, "C": 2, "F": 7, "K": 5, "kh": 13, "kw": 17, "OH": 11, "OW": 23, "H": 19, "W": 31,
     "stride": 29, "p": 0.2},
]  # fmt: skip
QUANTITIES = {
    "N": (2, 3), "C": (3, 2), "F": (5, 7), "K": (7, 5), "kh·kw": (143, 221), "C·kh·kw": (429, 442),
    "OH·OW": (323, 253), "N·OH·OW": (646, 759), "C·OH·OW": (969, 506), "F·OH·OW": (1615, 1771),
    "H·W": (667, 589), "N·K": (14, 15), "N²": (4, 9), "stride": (31, 29), "stride²": (961, 841),
    "1 − p": (0.7, 0.8), "p": (0.3, 0.2),
}  # fmt: skip


def scaled(first, second):
    """Two right results times a number each."""
    rights = [np.array([1.0, -2.0, 4.0]), np.array([[3.0, -5.0]])]
    factors = (first, second)
    return described(*((k * r, r, f) for k, r, f in zip(factors, rights, CASES, strict=True)))


@pytest.mark.parametrize("name", QUANTITIES)
def test_a_factor_that_is_a_quantity_of_each_case_is_named(name):
    first, second = QUANTITIES[name]
    assert scaled(first, second) == f"is the right result times {name}"
    assert scaled(1 / first, 1 / second) == f"is the right result divided by {name}"
    assert scaled(-first, -second) == f"is the right result times {name}, with the wrong sign"
    assert scaled(-1 / first, -1 / second).endswith(f"divided by {name}, with the wrong sign")


DIFFERS = "is the right result times a number that differs from case to case"


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        ((2 * 1.0005, 3 * 1.0005), "is the right result times N"),
        ((2 * 1.0015, 3 * 1.0015), DIFFERS),
        ((2, -3), DIFFERS),
        ((-0.3, 0.2), DIFFERS),
        ((0.3, -0.2), DIFFERS),
        ((3.5, 3.5), "is the right result times 3.5"),
        ((4.0, 4.002), "is the right result times 4"),
        ((4.0, 4.006), DIFFERS),
        ((-1.0005, -1.0005), "has the wrong sign"),
        ((-1.0016, -1.0016), "is the right result times -1.002"),
        ((-4.0, -4.0), "is the right result times -4"),
    ],
)
def test_factors_of_two_cases(factors, words):
    assert scaled(*factors) == words


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([([2.5], [1.0])], ""),
        ([([2.5, 5.0], [1.0, 2.0])], "is the right result times 2.5"),
        ([([2.5], [1.0], {"N": 1}), ([5.0], [2.0], {"N": 2})], "is the right result times 2.5"),
        ([([2.5], [1.0], {"N": 1}), ([5.0], [2.0], {"N": 1})], ""),
        ([([2.5], [1.0]), ([7.0], [2.0])], ""),
        ([([2.5], [1.0]), ([7.0, 3.5], [2.0, 1.0])], DIFFERS),
        ([([0.0, 0.0], [1.0, 2.0]), ([0.0], [3.0])], ""),
        ([([1.0, 0.0], [0.0, 0.0]), ([5.0, 3.0], [1.0, 2.0])], ""),
        ([([2.0, 4.0], [1.0, 2.0]), ([6.0, 7.0], [3.0, 4.0])], ""),
    ],
)
def test_a_factor_of_single_numbers_is_named_only_where_cases_differ(pairs, words):
    assert described(*pairs) == words


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([], ""),
        # constant right results, which look alike in any order
        ([([-3.0, -3.0], [3.0, 3.0])], ""),
        ([([-2.0], [2.0]), ([-3.0, -3.0], [3.0, 3.0])], ""),
        ([([-2.0], [2.0], {"N": 1}), ([-3.0], [3.0], {"N": 2})], "has the wrong sign"),
        ([([-3.0, -3.0], [3.0, 3.0]), ([-1.0, -2.0], [1.0, 2.0])], "has the wrong sign"),
        ([(np.zeros(0), np.zeros(0)), ([-3.0, -3.0], [3.0, 3.0])], ""),
        ([(np.full((2, 2), np.nan), np.zeros((2, 2)))], "is nan"),
        # nearly right
        ([([101.0, 50.0], [100.0, 50.0])], "is nearly right: the largest difference is 1 %"),
        ([([101.5, 50.0], [100.0, 50.0])], ""),
        ([([5e-9, 0.0], [0.0, 0.0])], "is nearly right: the largest difference is 0.5 %"),
        (
            [([100.5, 50.0], [100.0, 50.0]), ([100.25, 9.0], [100.0, 9.0])],
            "is nearly right: the largest difference is 0.5 %",
        ),
        ([([np.inf, 2.0, 5.0], [np.inf, 1.0, 9.0])], ""),
        # one number everywhere
        ([([7.0, 7.0], [1.0, 2.0])], "is 7 everywhere"),
        ([([7.0, 7.0], [1.0, 2.0]), ([7.0], [3.0])], ""),
        ([([7.0, 7.0], [1.0, 2.0]), ([7.0], [3.0]), ([7.0], [4.0])], "is 7 everywhere"),
        ([([7.0, 7.0], [1.0, 2.0]), ([6.0, 6.0], [3.0, 4.0])], ""),
        ([([7.0, 7.0], [1.0, 2.0]), ([7.0, 7.0], [3.0, 3.0])], "is 7 everywhere"),
        ([([np.nan, np.nan], [1.0, 2.0])], "is nan everywhere"),
        ([([np.inf, np.inf], [1.0, 2.0])], "is inf everywhere"),
        ([([-np.inf, -np.inf], [1.0, 2.0])], "is −inf everywhere"),
        # nan and inf
        (
            [([np.nan, 2.0], [1.0, 2.0]), ([4.0, np.inf], [4.0, 3.0])],
            "contains inf and nan",
        ),
        ([([np.nan, np.inf], [1.0, 2.0]), ([4.0, np.inf], [4.0, 3.0])], "contains inf and nan"),
        ([([np.nan, np.inf], [1.0, 2.0]), ([np.nan] * 2, [4.0, 3.0])], "is inf and nan"),
        ([([np.nan, 2.0], [1.0, 2.0]), ([5.0, 3.0], [4.0, 3.0])], ""),
    ],
)
def test_one_number_nan_and_nearly_right_results(pairs, words):
    assert described(*pairs) == words


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        ([0, 0, 0, 0.3, 0.7, 1.8], "is right where it is positive, and 0 where it should be"),
        ([2.6, 0.4, 0, 0.3, 0.7, 1.8], "is the absolute value of the right result"),
        ([-2, 0, 0, 0, 0, 1], "is the right result without its decimals, as integers"),
        ([-3, 0, 0, 0, 1, 2], "is the right result rounded to integers"),
        ([0, 0, 0, 0.3, 0.7, 1], "is limited to the range from 0 to 1"),
        ([6.76, 0.16, 0, 0.09, 0.49, 3.24], "is the square of the right result"),
        ([0, 0, 0, 1, 1, 1], "is 1 where it should be positive, else 0"),
        ([1, 1, 0, 1, 1, 1], "is 1 where it should not be 0, else 0"),
        ([2, 2, 0, 2, 2, 2], ""),
    ],
)
def test_a_function_of_the_right_result(actual, words):
    found = described((np.array(actual, float), ROW))
    assert found.startswith(words)
    assert bool(found) == bool(words)


COUNTS = np.array([[3, 1, 4], [1, 5, 9]])


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (
            [(MATRIX.T, MATRIX)],
            "has its axes in another order: it is the right array transposed by (1, 0)",
        ),
        (
            [(SIX.transpose(0, 1, 2, 3, 5, 4), SIX)],
            "has its axes in another order: it is the right array transposed by (0, 1, 2, 3, 5, 4)",
        ),
        (
            [(SIX[None].transpose(0, 1, 2, 3, 4, 6, 5), SIX[None])],
            "has the right numbers in the wrong places",
        ),
        ([(MATRIX.T, MATRIX), (SQUARE + np.array([[0, 1], [4, 0]]), SQUARE)], ""),
        ([(COUNTS.T + 1e-9, COUNTS)], ""),  # counts are right or wrong
        ([(MATRIX.T, MATRIX), (MAPS[0] + MAPS[1], MAPS[0])], ""),
        ([(MATRIX[0, ::-1], MATRIX[0])], "is reversed along its last axis"),
        (
            [(MATRIX[0, ::-1], MATRIX[0]), (MATRIX[:, ::-1], MATRIX)],
            "is reversed along its last axis",
        ),
        ([(MATRIX[0] ** 2 + 1, MATRIX[0]), (MATRIX[:, ::-1] ** 2, MATRIX)], ""),
        ([(MAPS[:, ::-1], MAPS)], "is reversed along axis -3"),
        (
            [(MAPS[::-1, ::-1, ::-1, ::-1], MAPS)],
            "is reversed along its last axis and its second last axis and axis -3 and axis -4",
        ),
        ([(np.flip(FIVE), FIVE)], "has the right numbers in the wrong places"),
    ],
)
def test_axes_in_another_order_or_reversed(pairs, words):
    assert described(*pairs) == words


SAME = "differs from the right result by the same number everywhere"
EACH_MAP = "differs from the right result by one number in each map, as a bias would"


def with_biases(a, *biases):
    """A number added to each channel."""
    return a + np.array(biases)[:, None, None]


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([([2.0, 0.0], [1.0, -1.0])], SAME),
        ([([2.0, 0.00005], [1.0, -1.0])], SAME),
        ([([2.0, 0.00015], [1.0, -1.0])], ""),
        ([([2.0, 0.0], [1.0, -1.0]), ([5.0, 1.0], [3.0, -1.0])], SAME),
        ([([2.0, 0.0], [1.0, -1.0]), ([5.0, 3.0], [3.0, -1.0])], ""),
        ([([2.0, 0.0], [1.0, -1.0]), ([5.0], [3.0])], ""),
        ([(with_biases(MAPS, 1, 2, 3), MAPS)], EACH_MAP),
        ([(with_biases(MAPS[:1, :1, :1], 900), MAPS[:1, :1, :1])], SAME),
        ([(np.array([[1.0]], float) + MAPS[..., :1, :1], MAPS[..., :1, :1])], SAME),
        ([(with_biases(MAPS[..., :1, :1], 1, 2, 3), MAPS[..., :1, :1])], ""),
        ([(with_biases(MAPS[..., :1], 1, 2, 3), MAPS[..., :1])], EACH_MAP),
        (
            [(MAPS[:, :1] + np.array([1, 2])[:, None, None, None], MAPS[:, :1])],
            EACH_MAP,
        ),
        ([(with_biases(MAPS, 1, 2, 3) + 1e-4 * FIRST, MAPS)], EACH_MAP),
        ([(with_biases(MAPS, 1, 2, 3) + 5e-4 * FIRST, MAPS)], ""),
        ([(with_biases(MAPS, 1, 2, 3), MAPS), (MATRIX + np.arange(3), MATRIX)], ""),
        ([(with_biases(MAPS, 1, 2, 3), MAPS), (MAPS**2 + 3, MAPS)], ""),
    ],
)
def test_a_number_added_everywhere_or_in_each_map(pairs, words):
    assert described(*pairs) == words
