"""Sums of an epoch, rows of the history, the best epoch, and what weighs how much in them."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import losses
from minivgg.training.history import (
    EpochMetrics,
    StepResult,
    Validation,
    best_epoch,
    history_csv,
    is_better_when_higher,
    monitored,
    read_history_csv,
)
from minivgg.training.metric import (
    are_classes,
    counts_largest_outputs,
    is_weighted,
    loss_weight,
    metric_name,
    metric_sums,
    weighted,
)
from minivgg.training.progress import ProgressBar


def test_sums_of_an_epoch_are_weighted():
    found = EpochMetrics()
    assert (found.loss, found.metric) == (0, 0)
    found.add(StepResult(1, 2.0, 3, 4, 4, 4))
    found.add(StepResult(2, np.float32(0.5), np.int64(1), 2, 0.5, 2))
    assert (found.seen, found.loss_sum, found.loss_weight) == (6, 8.25, 4.5)
    assert (found.metric_sum, found.metric_weight) == (4, 6)
    assert (found.loss, found.metric) == (8.25 / 4.5, 4 / 6)
    assert StepResult(1, 2.0, 3, 4, 4, 4).metric == 0.75
    assert StepResult(1, 2.0, 0, 4, 4, 0).metric == 0


@pytest.mark.parametrize(
    ("metric", "train", "held_out", "more"),
    [
        ("accuracy", 0.5, 0.25, {}), (None, None, None, {}),
        ("mae", None, None, {"metric": "mae", "train_metric": 0.5, "validation_metric": 0.25}),
    ],
)  # fmt: skip
def test_the_row_of_an_epoch(metric, train, held_out, more):
    sums = EpochMetrics(
        seen=8, metric_sum=4, loss_sum=16, seconds=2, loss_weight=8, metric_weight=8
    )
    assert sums.row(3, Validation(1.5, 0.25), 0.01, metric) == {
        "epoch": 3, "loss": 2.0, "validation_loss": 1.5, "train_accuracy": train,
        "validation_accuracy": held_out, "learning_rate": 0.01, "images_per_second": 4.0, **more,
    }  # fmt: skip
    alone = EpochMetrics(seen=1).row(1, None, 0.01)
    assert (alone["images_per_second"], alone["validation_loss"], alone["loss"]) == (None, None, 0)
    assert alone["train_accuracy"] == 0


def rows(*values, **more):
    return [
        {"epoch": k, "validation_accuracy": a, "validation_loss": v, "loss": 9 - k} | more
        for k, (a, v) in enumerate(values, 1)
    ]


@pytest.mark.parametrize(
    ("history", "monitor", "best"),
    [
        (rows((0.5, 1.0), (0.6, 2.0), (0.6, 1.5), (0.6, 1.5)), None, 3),
        (rows((0.5, 1.0), (0.6, 2.0)), "validation_loss", 1),
        (rows((0.5, 1.0), (0.6, 1.0)), "validation_loss", 1),
        (rows((0.5, 1.0), (0.6, 2.0)), "loss", 2),
        (rows((0.5, 1.0), (0.6, 2.0), (0.6, 0.1)), "validation_accuracy", 2),
        (rows((None, 1.0), (None, 0.5), (None, 0.5)), None, 2), (rows((None, None)), None, None),
        (rows((0.5, None), (0.5, 1.0), (0.25, 0.1)), None, 2),
        (rows((0.0, 1.0), (0.0, 2.0)), None, 1),
        ([], None, None), ([], "loss", None), (rows((0.5, 1.0)), "validation_metric", None),
    ],
)  # fmt: skip
def test_the_best_epoch(history, monitor, best):
    assert best_epoch(history, monitor) == best


def test_columns_and_which_way_they_should_go():
    assert monitored(rows((0.5, None), (0, 2.0)), "validation_loss") == {2: 2.0}
    assert monitored(rows((0.5, None), (0, 2.0)), "validation_accuracy") == {1: 0.5, 2: 0}
    assert monitored(rows((0.5, None)), "unheard of") == {}
    assert is_better_when_higher("validation_accuracy")
    assert not is_better_when_higher("accuracy_loss")


def test_a_history_is_read_back(tmp_path):
    sums = EpochMetrics(3, 1, 2.0, 1.5, 3, 3)
    plain = [sums.row(1, None, 0.1), sums.row(2, Validation(0.1, 0.2), 1e-3)]
    own = [sums.row(1, Validation(0.1, 0.2), 0.1, "mae"), sums.row(2, None, 0.1, "mae")]
    for history in (plain, own, []):
        (tmp_path / "h.csv").write_bytes(history_csv(history).encode())
        assert read_history_csv(tmp_path / "h.csv") == history
    assert history_csv(plain).splitlines()[0] == (
        "epoch,loss,validation_loss,train_accuracy,validation_accuracy,learning_rate,"
        "images_per_second"
    )
    assert history_csv(own).splitlines()[0].endswith(",metric,train_metric,validation_metric")
    for damaged in ("epoch,loss\n1,x\n", "epoch\n1\n", "epoch,loss\n1\n"):
        (tmp_path / "h.csv").write_text(damaged)
        with pytest.raises(OSError, match=r"h\.csv is not the history of a training run"):
            read_history_csv(tmp_path / "h.csv")


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


def test_the_bar_shows_means_so_far_and_the_loss_of_the_epoch_before(capsys):
    sums = EpochMetrics(2, 1, 3.0, 1.0, 2, 2)
    with ProgressBar("epoch 2", 10, 4, validation_loss=0.5) as bar:
        assert (bar.bar.total, bar.bar.n, bar.bar.desc) == (10, 4, "epoch 2")
        bar.advance(0, EpochMetrics())
        assert bar.bar.postfix is None
        bar.advance(2, sums)
        assert bar.bar.n == 6
        assert bar.bar.postfix == "loss=1.500, accuracy=0.500, validation_loss=0.500"
    assert "epoch 2:" in capsys.readouterr().err
    for metric, text in (("mae", "loss=1.500, mae=0.500"), (None, "loss=1.500")):
        with ProgressBar("", 10, metric=metric) as bar:
            bar.advance(2, sums)
            assert (bar.bar.n, bar.bar.postfix) == (2, text)
    capsys.readouterr()
    with ProgressBar("x", 10, shown=False) as bar:
        bar.advance(2, sums)
    assert capsys.readouterr().err == ""
