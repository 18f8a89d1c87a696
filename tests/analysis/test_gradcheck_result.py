"""The error of a gradient check, what it is relative to, and how its result reads."""

import numpy as np
import pytest

from minivgg.analysis.gradcheck import gradcheck
from minivgg.analysis.gradcheck_result import Entry, GradcheckResult


@pytest.mark.parametrize(
    ("slopes", "gradient", "error"),
    [
        ([2.0], [1.0], 0.5),
        ([1.0], [2.0], 0.5),
        ([-2.0], [1.0], 1.5),
        ([1.0], [-2.0], 1.5),
        ([1.0, 1000.0], [1.5, 1000.0], 0.05),
    ],
)
def test_the_error_is_relative_to_the_larger_and_to_1_percent_of_the_largest(
    slopes, gradient, error
):
    """|a − n| / max(|a|, |n|, m) of the worst element, here of a scalar output."""
    result = gradcheck(
        lambda x: ((x * np.array(slopes)).sum(), None),
        np.ones(len(slopes)),
        backward=lambda saved: np.array(gradient),
        tolerance=1e-3,
    )
    assert result.error == pytest.approx(error, rel=1e-6)
    assert not result


def test_the_result_is_that_of_the_worst_entry():
    entries = [Entry("dx", error=0.1), Entry("dw", error=0.5), Entry("db", error=0.2)]
    result = GradcheckResult("net", 0.5, entries)
    assert (result.error, result.worst.name) == (0.5, "dw")
    assert result, "an error as large as the tolerance is allowed"
    assert [line.split()[0] for line in str(result).splitlines()] == ["net:", "ok", "ok", "ok"]
    result = GradcheckResult("net", 0.4, entries)
    assert not result
    assert [line.split()[0] for line in str(result).splitlines()[1:4]] == ["ok", "wrong", "ok"]
    entries.append(Entry("dz", problem="the gradient is missing"))
    assert result.worst.name == "dz"
    assert "Look at dz: the gradient is missing." in str(result)


@pytest.mark.parametrize(("analytic", "numeric"), [(0.0, 2.0), (2.0, 0.0)])
def test_there_is_no_ratio_to_zero(analytic, numeric):
    entry = Entry("dx", error=1.0, index=(3, 4), analytic=analytic, numeric=numeric)
    advice = str(GradcheckResult("net", 0.5, [entry])).splitlines()[-1]
    assert advice == (
        f"Look at dx[3, 4]: backward gives {analytic:g}, but the slope of the forward pass is "
        f"{numeric:g}."
    )


@pytest.mark.parametrize(("off", "right"), [(0.9e-3, True), (1.1e-3, False)])
def test_the_tolerance_is_the_largest_error_that_passes(off, right):
    result = gradcheck(
        lambda x: (3 * x, None), np.ones(2), lambda dy, _: 3 * dy * (1 - off), tolerance=1e-3
    )
    assert bool(result) == right
    assert result.tolerance == 1e-3
    assert result.error == pytest.approx(off, rel=1e-6)


def test_a_result_as_text():
    entries = [
        Entry("dx", (2, 3), 6, 0, 2e-9), Entry("dweight", (4,), 3, 1, 0.5, (2,), 1.5, 3.0),
        Entry("dy", problem="it is missing"),
    ]  # fmt: skip
    assert str(GradcheckResult("net", 1e-6, entries[:1])).splitlines() == [
        "net: the gradients are right",
        "  ok     dx  (2, 3)           worst relative error 2.0e-09 of 6 elements",
    ]
    result = GradcheckResult("net", 1e-6, entries[:2])
    assert repr(result) == str(result)
    assert str(result).splitlines() == [
        "net: the gradients are NOT RIGHT",
        "  ok     dx       (2, 3)           worst relative error 2.0e-09 of 6 elements",
        "  wrong  dweight  (4,)             worst relative error 5.0e-01 of 3 elements, 1 at a "
        "kink and not compared",
        "Look at dweight[2]: backward gives 1.5, but the slope of the forward pass is 3 "
        "(ratio 0.5).",
    ]
    assert str(GradcheckResult("net", 1e-6, entries)).splitlines()[-2:] == [
        "  wrong  dy       ()               it is missing", "Look at dy: it is missing.",
    ]  # fmt: skip
    assert GradcheckResult("net", 1.0).entries is not GradcheckResult("net", 1.0).entries
