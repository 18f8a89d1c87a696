"""Sums of an epoch, rows of the history, the best epoch, and the file of a history."""

import numpy as np
import pytest

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


def test_the_text_of_a_history(tmp_path):
    sums = EpochMetrics(3, 1, 2.0, 1.5, 4, 2)
    first = sums.row(1, None, 0.1)
    own = sums.row(2, Validation(0.25, 0.75), 0.1, "error of\r\nthe größe")
    names = "epoch,loss,validation_loss,train_accuracy,validation_accuracy,learning_rate,"
    names += "images_per_second"
    assert history_csv([]) == f"{names}\n"
    assert history_csv([first]) == f"{names}\n1,0.5,,0.5,,0.1,2.0\n"
    both = history_csv([first, own])
    assert both.startswith(
        f"{names},metric,train_metric,validation_metric\n1,0.5,,0.5,,0.1,2.0,,,\n"
    )
    assert both.endswith('2,0.5,0.25,,,0.1,2.0,"error of\r\nthe größe",0.5,0.75\n')
    (tmp_path / "h.csv").write_bytes(both.encode())
    assert read_history_csv(tmp_path / "h.csv") == [first, own]
    (tmp_path / "h.csv").write_bytes(b"epoch,loss\n1,\xff\n")
    with pytest.raises(
        OSError, match=r"h\.csv is not the history of a training run: 'utf-8' codec"
    ):
        read_history_csv(tmp_path / "h.csv")
