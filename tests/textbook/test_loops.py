"""The loops are the specification: they agree with sums done by hand and with definitions."""

import math

import numpy as np
import pytest

from minivgg.analysis.gradcheck import gradcheck
from minivgg.textbook import loops


def test_convolution_by_hand():
    """A 3×3 image, a 2×2 filter that is not symmetric: turned by 180°, it gives other numbers."""
    x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    w = np.array([[1.0, 2], [3, 4]]).reshape(1, 1, 2, 2)
    y, saved = loops.conv2d(x, w, np.array([10.0]))
    # 1·1 + 2·2 + 3·4 + 4·5 = 37, and so on
    assert y[0, 0].tolist() == [[47, 57], [77, 87]]
    dx, dw, db = loops.conv2d_backward(np.ones_like(y), saved)
    assert dx[0, 0].tolist() == [[1, 3, 2], [4, 10, 6], [3, 7, 4]]
    assert dw[0, 0].tolist() == [[12, 16], [24, 28]]
    assert db.tolist() == [4]


def test_groups_keep_channels_apart():
    """With two groups, the first filter must not see the second channel."""
    x = np.stack([np.full((2, 2), 1.0), np.full((2, 2), 100.0)])[None]
    y, _ = loops.conv2d(x, np.ones((2, 1, 2, 2)), groups=2)
    assert y[0, :, 0, 0].tolist() == [4, 400]


def test_max_pool_by_hand():
    x = np.array([[1.0, 5, 2], [4, 3, 9]]).reshape(1, 1, 2, 3)
    y, saved = loops.max_pool2d(x, 2, stride=1)
    assert y[0, 0].tolist() == [[5, 9]]
    assert loops.max_pool2d_backward(np.array([[[[10.0, 20]]]]), saved)[0, 0].tolist() == [
        [0, 10, 0],
        [0, 0, 20],
    ]


@pytest.mark.parametrize(("count_include_pad", "corner"), [(True, 0.25), (False, 1.0)])
def test_average_pool_counts_the_border_or_not(count_include_pad, corner):
    y, _ = loops.avg_pool2d(
        np.ones((1, 1, 2, 2)), 2, padding=1, count_include_pad=count_include_pad
    )
    assert y[0, 0].tolist() == [[corner, corner], [corner, corner]]


def test_softmax_cross_entropy_of_equal_logits_is_the_logarithm_of_the_number_of_classes():
    loss, saved = loops.softmax_cross_entropy(np.zeros((3, 7)), np.array([0, 3, 6]))
    assert loss == pytest.approx(math.log(7))
    gradient = loops.softmax_cross_entropy_backward(saved)
    assert gradient[0, 0] == pytest.approx((1 / 7 - 1) / 3)
    assert gradient[0, 1] == pytest.approx(1 / 21)


@pytest.mark.parametrize(("label", "loss"), [(0, 0.0), (1, 1000.0)])
def test_softmax_cross_entropy_of_large_logits_does_not_overflow(label, loss):
    logits = np.array([[1000.0, 0.0]])
    assert loops.softmax_cross_entropy(logits, np.array([label]))[0] == loss
    assert loops.softmax(logits).tolist() == [[1.0, 0.0]]


def test_local_response_norm_by_hand():
    """Channel 0 of three, window of three channels: k + α·(a₀² + a₁²) = 2 + 0.5·(1 + 4) = 4.5."""
    x = np.array([1.0, 2, 3]).reshape(1, 3, 1, 1)
    y, _ = loops.local_response_norm(x, size=3, alpha=0.5, beta=1.0, k=2.0)
    assert y.ravel().tolist() == pytest.approx([1 / 4.5, 2 / 9, 3 / 8.5])


def test_the_gradient_of_local_response_norm_is_the_slope(rng):
    """Where the window of three is cut off at the first and last channel, and with s far from 1."""
    x = rng.standard_normal((1, 4, 1, 2))
    assert gradcheck(loops.local_response_norm, x, size=3, alpha=0.5, beta=0.75, k=1.5)


def test_batch_norm_gives_mean_zero_and_variance_one(rng):
    y, _ = loops.batch_norm2d(
        rng.standard_normal((3, 2, 4, 5)) * 7 + 3, np.ones(2), np.zeros(2), eps=0
    )
    assert y.mean(axis=(0, 2, 3)) == pytest.approx(0, abs=1e-12)
    assert y.var(axis=(0, 2, 3)) == pytest.approx(1)
