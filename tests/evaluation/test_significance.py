"""Intervals and tests of accuracies: SciPy's values, computed once, and cases done by hand."""

import numpy as np
import pytest

from minivgg.evaluation.significance import disagreements, mcnemar, two_proportions, wilson_interval


@pytest.mark.parametrize(
    ("right", "total", "interval"),
    [  # scipy.stats.binomtest(right, total).proportion_ci(method="wilson")
        (95, 100, (0.8882495307680809, 0.978456320845632)),
        (1, 3, (0.06149194472039626, 0.7923403991979523)),
        (0, 20, (0.0, 0.16112515805281935)),
        (20, 20, (0.8388748419471808, 1.0)),
        (1, 1, (0.20654931437723745, 1.0)),
        (0, 1, (0.0, 0.7934506856227626)),
    ],
)
def test_the_interval_is_that_of_scipy(right, total, interval):
    assert wilson_interval(right, total) == pytest.approx(interval, abs=1e-12)


@pytest.mark.parametrize(("right", "total"), [(1, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(right, total):
    with pytest.raises(ValueError, match="right must be from 0 to total"):
        wilson_interval(right, total)


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        (0, 0, 1.0),  # nothing to tell them apart
        (0, 5, 2 / 2**5),  # one of the two outcomes where all five coins agree
        (1, 3, 2 * (1 + 4) / 2**4),
        (3, 3, 1.0),
        # scipy.stats.binomtest(only_first, only_first + only_second).pvalue
        (5, 12, 0.143463134765625),
        (37, 68, 0.0032209898687985275),
        (1000, 1100, 0.03072070786424249),
        (19500, 20000, 0.012046830244306264),
    ],
)
def test_mcnemar_is_exact_and_the_order_does_not_matter(only_first, only_second, p):
    assert mcnemar(only_first, only_second) == pytest.approx(p, rel=1e-9)
    assert mcnemar(only_second, only_first) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize(
    ("right", "total", "p"),
    [  # scipy.stats.chi2_contingency(table, correction=False).pvalue
        ((45, 30), (100, 80), 0.3104944343172316),
        ((980, 930), (1000, 1000), 6.921126512964295e-08),
        ((10, 20), (10, 20), 1.0),  # both always right
    ],
)
def test_two_proportions_are_the_chi_squared_test_of_scipy(right, total, p):
    assert two_proportions(right, total) == pytest.approx(p, rel=1e-9)


def test_disagreements_count_what_only_one_has_right():
    first = np.array([True, True, True, False, False])
    second = np.array([True, False, False, True, False])
    assert disagreements(first, second) == (2, 1)


@pytest.mark.parametrize("total", range(1, 60))
def test_the_interval_ends_exactly_where_all_or_none_are_right(total):
    low, high = wilson_interval(0, total), wilson_interval(total, total)
    assert (low[0], high[1]) == (0, 1)
    assert 0 < low[1] < 1
    assert low[1] == pytest.approx(1 - high[0])


def test_the_interval_for_one_standard_deviation():
    """By hand: 1 of 2 and z = 1 give (1/2 ± √3/4 · 2/3)."""
    assert wilson_interval(1, 2, z=1.0) == pytest.approx((0.5 - 3**0.5 / 6, 0.5 + 3**0.5 / 6))
