"""Early stopping: what it refuses, when it ends a training, and in which words."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.training.callbacks import EarlyStopping


def running(values, column="validation_loss"):
    """A training with such a history; what it was told to stop for is kept."""
    history = [{"epoch": k, column: value} for k, value in enumerate(values, 1)]
    stopped = []
    return SimpleNamespace(history=history, stop=stopped.append, stopped=stopped)


@pytest.mark.parametrize(
    ("patience", "values", "said"),
    [
        (1, [0.5, 0.5], ["validation loss has not improved for 1 epoch"]),
        (2, [0.5, 0.5], []),
        (2, [0.4, 0.5, 0.6], ["validation loss has not improved for 2 epochs"]),
        (2, [0.4, 0.5, 0.6, 0.7], ["validation loss has not improved for 2 epochs"]),
        (1, [0.5, 0.4], []), (1, [0.5], []), (1, [], []),
    ],
)  # fmt: skip
def test_a_training_ends_after_so_many_epochs_also_at_its_start(patience, values, said):
    stopping = EarlyStopping(patience)
    for call in (lambda t: stopping.on_start(t), lambda t: stopping.on_epoch(t, t.history[-1:])):
        training = running(values)
        call(training)
        assert training.stopped == said


def test_the_name_of_the_column_is_in_words():
    training = running([0.5, 0.4], "validation_accuracy")
    EarlyStopping(1, "validation_accuracy").on_start(training)
    assert training.stopped == ["validation accuracy has not improved for 1 epoch"]


@pytest.mark.parametrize(
    ("min_delta", "values", "count"),
    [
        (0.25, [1.0, 0.75], 1),  # by just so much is not more
        (0.25, [1.0, 0.74], 0), (0.25, [1.0, 0.8, 0.7], 0),
        (0, [1.0, 1.0], 1), (0, [1.0, 0.999], 0),
        (np.float32(0.25), [1.0, 0.75], 1),
    ],
)  # fmt: skip
def test_a_value_must_be_better_than_the_best_by_more_than_min_delta(min_delta, values, count):
    stopping = EarlyStopping(3, min_delta=min_delta)
    assert stopping.epochs_without_improvement(running(values).history) == count
    rising = EarlyStopping(3, "validation_accuracy", min_delta)
    mirrored = running([2 - value for value in values], "validation_accuracy").history
    assert rising.epochs_without_improvement(mirrored) == count


def test_other_settings_are_refused_in_a_sentence():
    for patience in (0, -1, 1.0, None):
        with pytest.raises(ValueError, match=r"EarlyStopping: patience must be an integer"):
            EarlyStopping(patience)
    columns = "validation_loss, validation_accuracy, validation_metric, loss"
    for monitor, hint in (("val_loss", ": use 'validation_loss'"), ("x", ""), (5, "")):
        with pytest.raises(ValueError, match="EarlyStopping") as refused:
            EarlyStopping(1, monitor)
        assert str(refused.value) == (
            f"EarlyStopping: monitor must be one of {columns}, got {monitor!r}{hint}"
        )
    for min_delta in ("0.1", None):
        with pytest.raises(TypeError, match=rf"min_delta must be a number, got {min_delta!r}$"):
            EarlyStopping(1, "loss", min_delta)
    for min_delta in (-0.1, float("nan")):
        with pytest.raises(ValueError, match=rf"min_delta must be at least 0, got {min_delta}$"):
            EarlyStopping(1, "loss", min_delta)


def test_whole_numbers_of_numpy_and_defaults():
    stopping = EarlyStopping(np.int64(2))
    assert repr(EarlyStopping(2)) == "EarlyStopping(2, 'validation_loss', min_delta=0.0)"
    assert repr(EarlyStopping(1, "loss", 0.5)) == "EarlyStopping(1, 'loss', min_delta=0.5)"
    assert stopping.needs_validation
    assert not EarlyStopping(1, "loss").needs_validation
    assert EarlyStopping(1, "validation_metric").needs_validation


@pytest.mark.parametrize(
    ("monitor", "has"),
    [
        ("validation_loss", {"accuracy", "error", None}), ("loss", {"accuracy", "error", None}),
        ("validation_accuracy", {"accuracy"}), ("validation_metric", {"error"}),
    ],
)  # fmt: skip
def test_the_column_must_be_one_of_the_training(monitor, has):
    for metric in ("accuracy", "error", None):
        if metric in has:
            EarlyStopping(1, monitor).require_column(metric)
            continue
        with pytest.raises(ValueError, match="EarlyStopping") as refused:
            EarlyStopping(1, monitor).require_column(metric)
        assert str(refused.value) == (
            f"EarlyStopping: this training has no {monitor} (its metric is {metric or 'none'}): "
            "use monitor='validation_loss'"
        )
