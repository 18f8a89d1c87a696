"""What is measured beside the loss, what weighs how much in it, and what does not count."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import losses
from minivgg.training.metric import (
    are_classes,
    counts_largest_outputs,
    is_weighted,
    loss_weight,
    metric_name,
    metric_sums,
    weighted,
)

CLASSES, TARGETS = np.array([0, 1, 1, 255]), np.array([0.0, 1.0, 1.0, 2.0])
LOGITS = np.array([[2.0, 1], [2, 1], [0, 1], [0, 1]])


def test_the_accuracy_of_class_numbers_leaves_out_the_ignored_ones():
    plain = SimpleNamespace()
    assert (metric_name(plain, CLASSES), metric_name(plain, TARGETS)) == ("accuracy", None)
    assert metric_sums(plain, LOGITS, np.array([0, 1, 1, 0])) == (2, 4)
    assert metric_sums(plain, LOGITS, TARGETS) == (0, 0)
    assert metric_sums(SimpleNamespace(ignore_index=255), LOGITS, CLASSES) == (2, 3)
    assert metric_sums(SimpleNamespace(ignore_index=0), LOGITS, np.array([0, 1, 1, 1])) == (2, 3)
    assert counts_largest_outputs(plain, CLASSES)
    assert counts_largest_outputs(losses.SoftmaxCrossEntropy(), CLASSES)
    assert not counts_largest_outputs(plain, TARGETS)


def test_a_loss_may_have_a_metric_and_weights_of_its_own():
    own = SimpleNamespace(metric_name="mae", metric=lambda y, t: np.float32(0.25))
    assert metric_name(own, CLASSES) == "mae"
    assert not counts_largest_outputs(own, CLASSES)
    assert metric_sums(own, LOGITS, TARGETS) == (1.0, 4)
    own.metric_weight = lambda targets: 8
    assert metric_sums(own, LOGITS, TARGETS) == (2.0, 8)
    named = SimpleNamespace(metric_name="accuracy", metric=lambda y, t: 0.5)
    assert not counts_largest_outputs(named, CLASSES)
    assert metric_sums(named, LOGITS, CLASSES) == (2.0, 4)
    assert counts_largest_outputs(SimpleNamespace(metric_name="accuracy"), CLASSES)
    assert counts_largest_outputs(SimpleNamespace(metric=print), CLASSES)


def test_what_the_mean_of_a_loss_is_divided_by():
    for loss, is_own, weight in (
        (SimpleNamespace(), False, 4), (SimpleNamespace(weight_sum=lambda labels: 7), True, 7),
        (SimpleNamespace(weight_sum=lambda labels: 7, is_weighted=False), False, 4),
        (SimpleNamespace(weight_sum=lambda labels: 7, is_weighted=True), True, 7),
        (losses.SoftmaxCrossEntropy(), False, 4),
        (losses.SoftmaxCrossEntropy(ignore_index=255), True, 3),
        (losses.SoftmaxCrossEntropy(class_weights=[2.0, 1.0], ignore_index=255), True, 4.0),
    ):  # fmt: skip
        assert (is_weighted(loss), float(loss_weight(loss, CLASSES))) == (is_own, weight)


@pytest.mark.parametrize("weight", [3, 3.0, np.int64(3), np.float32(3), np.array(3), np.array(3.0)])
def test_a_mean_times_its_weight(weight):
    for mean in (np.float32(0.5), np.array([0.5, np.nan], np.float32)):
        found = weighted(mean, weight)
        assert found == pytest.approx(3 * mean, nan_ok=True)
        assert np.asarray(found).dtype == np.float32
        nothing = weighted(mean, weight * 0)
        assert (nothing == 0).all()
        assert (nothing.shape, nothing.dtype) == (mean.shape, np.float32)
    assert weighted(float("nan"), 0) == 0


def test_class_numbers_are_whole_numbers():
    assert all(are_classes(np.zeros(1, dtype)) for dtype in (np.int64, np.uint8))
    assert not any(are_classes(np.zeros(1, dtype)) for dtype in (np.float32, bool))


def test_a_number_may_have_a_weight_on_the_device():
    for weight in (np.array(3.0), np.array(3, np.float32)):
        assert weighted(0.5, weight) == 1.5
        assert weighted(float("nan"), 0 * weight) == 0


def test_a_metric_of_nothing_is_0_though_the_loss_says_nan():
    own = SimpleNamespace(
        metric_name="mae", metric=lambda y, t: np.float32(np.nan), metric_weight=lambda t: 0
    )
    assert metric_sums(own, LOGITS, TARGETS) == (0, 0)


def test_an_accuracy_that_a_subclass_measures_in_its_own_way_is_asked_for():
    class Other(losses.SoftmaxCrossEntropy):
        """Right or wrong in another way."""

        def metric(self, outputs, labels):
            """Always a half."""
            return 0.5

    assert not counts_largest_outputs(Other(), CLASSES)
    assert metric_sums(Other(), LOGITS, CLASSES) == (2.0, 4)
