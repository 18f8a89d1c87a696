"""The gradient check at kinks, where a function has no slope, and the step that it takes."""

import numpy as np
import pytest

from minivgg import layers, ops
from minivgg.analysis.gradcheck import gradcheck


@pytest.mark.parametrize("offset", [1e3, 1e4])
def test_large_offsets_are_no_kinks(rng, offset):
    assert gradcheck(
        ops.softmax_cross_entropy, (offset + rng.standard_normal((3, 4)), np.array([0, 3, 1]))
    )
    result = gradcheck(layers.BatchNorm2d(2), offset + rng.standard_normal((2, 2, 3, 3)))
    assert result, str(result)
    assert not any(entry.kinks for entry in result.entries)


def test_1_percent_counts_from_the_gradient_at_a_kink_as_well():
    """Its slope is 1000 on one side only, so the central difference has half of that."""
    result = gradcheck(
        lambda x: (1000 * np.maximum(x[0], 0) + x[1], None),
        np.array([0.0, 1.0]),
        backward=lambda saved: np.array([1000.0, 1.05]),
        tolerance=1e-2,
    )
    assert result, str(result)
    assert result.entries[0].kinks == 1
    assert result.error == pytest.approx(0.05 / 10, rel=1e-6)


@pytest.mark.parametrize(("change", "kinks"), [(0.4, 0), (4.0, 1)])
def test_a_kink_changes_the_slope_by_a_thousandth_at_least(change, kinks):
    """1000 x + change/2 · |x| at 0: less is taken for a wrong gradient."""
    result = gradcheck(
        lambda x: (1000 * x + change / 2 * abs(x), None),
        np.array([0.0, 1.0]),
        lambda dy, _: dy * (1000 + change / 2),
    )
    assert result.entries[0].kinks == kinks
    assert bool(result) == bool(kinks)


@pytest.mark.parametrize(("above", "right"), [(0.5e-3, True), (2e-3, False)])
def test_a_gradient_at_a_kink_lies_between_the_slopes_but_for_the_tolerance(above, right):
    """Of ReLU at 0, from 0 to 1."""
    result = gradcheck(
        ops.relu,
        np.array([0.0, 1.0]),
        lambda dy, _: dy * np.array([1 + above, 1]),
        tolerance=1e-3,
    )
    assert bool(result) == right
    assert result.entries[0].kinks == right


def test_the_step_is_taken_to_both_sides_and_then_a_hundredth_of_it():
    """A smaller step only where the first does not agree."""
    seen = []

    def forward(x):
        seen.append(float(x[0]) - 1)
        return x * x, x.copy()

    x = np.array([1.0])
    assert gradcheck(forward, x, lambda dy, x: 2 * dy * x, step=0.25)
    assert seen[-3:] == [-0.25, 0, 0.25]
    assert not gradcheck(forward, x, lambda dy, x: 3 * dy * x, step=0.25)
    assert seen[-6:] == pytest.approx([-0.25, 0, 0.25, -0.0025, 0, 0.0025])
    assert x.tolist() == [1.0]


def test_a_kink_beside_the_element_is_not_called_one():
    """With a hundredth of the step it lies outside."""
    result = gradcheck(ops.relu, np.array([0.005, -0.005, 3.0]), step=0.01)
    assert result, str(result)
    assert result.entries[0].kinks == 0
    assert result.entries[0].compared == 3


def test_a_kink_is_reported_and_not_called_wrong():
    x = np.array([1.0, 0.0, -1.0])
    result = gradcheck(ops.relu, x)
    assert result
    assert result.entries[0].kinks == 1
    assert "1 at a kink" in str(result)


def test_a_wrong_gradient_at_a_kink_is_still_wrong():
    """Between the slopes 0 and 1 anything is fair; 3 is not."""
    result = gradcheck(
        ops.relu, np.array([1.0, 0.0, -1.0]), lambda dy, y: np.where(y > 0, dy, 3 * dy)
    )
    assert not result


def test_nothing_but_kinks_is_no_success():
    result = gradcheck(ops.relu, np.zeros(3))
    assert not result
    assert "all 3 elements stand at a kink" in str(result)
