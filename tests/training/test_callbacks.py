"""Callbacks are called in order, end a training, and continue their count when it is resumed."""

import numpy as np
import pytest
from support import victim

from minivgg import weights
from minivgg.training import checkpoint
from minivgg.training.callbacks import EarlyStopping


class _Recorder:
    def __init__(self):
        self.calls = []

    def on_start(self, trainer):
        self.calls.append(("start", trainer.epoch))

    def on_step(self, trainer, result):
        assert result.step == trainer.step
        assert 0 <= result.metric <= 1
        self.calls.append(("step", result.step))

    def on_epoch(self, trainer, row):
        assert row is trainer.history[-1]
        self.calls.append(("epoch", row["epoch"]))


def test_callbacks_are_called_at_the_start_and_after_each_step_and_epoch():
    run, train, validation = victim.trainer(None)
    recorder = _Recorder()
    run.callbacks = (recorder,)
    run.fit(train, validation, 2)
    steps = [("step", k) for k in range(1, 25)]
    assert recorder.calls == [("start", 0), *steps[:12], ("epoch", 1), *steps[12:], ("epoch", 2)]


class _StopAtStep:
    def __init__(self, step):
        self.step = step

    def on_step(self, trainer, result):
        if result.step == self.step:
            trainer.stop("enough")


def test_a_callback_ends_the_training_after_the_epoch(tmp_path):
    run, train, validation = victim.trainer(tmp_path)
    run.callbacks = (_StopAtStep(15),)
    assert len(run.fit(train, validation, 9)) == 2
    assert run.stop_reason == "enough"
    assert checkpoint.latest(tmp_path / "checkpoints").name == "epoch-0002-batch-000000"


def history(values, name="validation_loss"):
    return [{"epoch": k, name: value} for k, value in enumerate(values, 1)]


@pytest.mark.parametrize(
    ("values", "count"),
    [([], 0), ([0.5], 0), ([0.5, 0.4, 0.3], 0), ([0.5, 0.4, 0.4], 1), ([0.5, 0.3, 0.6, 0.4], 2)],
)
def test_epochs_without_improvement_are_counted(values, count):
    assert EarlyStopping(2).epochs_without_improvement(history(values)) == count
    rising = EarlyStopping(2, "validation_accuracy")
    mirrored = history([1 - value for value in values], "validation_accuracy")
    assert rising.epochs_without_improvement(mirrored) == count


def test_an_improvement_below_min_delta_does_not_count():
    values = history([0.5, 0.46, 0.42])
    assert EarlyStopping(2, min_delta=0.05).epochs_without_improvement(values) == 0
    assert EarlyStopping(2, min_delta=0.1).epochs_without_improvement(values) == 2


def test_epochs_of_earlier_versions_without_a_validation_loss_do_not_count():
    assert EarlyStopping(2).epochs_without_improvement(history([None, None, 0.5, 0.6])) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0,), "patience must be an integer of at least 1, got 0"),
        ((1.5,), "patience must be an integer of at least 1, got 1.5"),
        ((2, "accuracy"), "monitor must be one of .*, got 'accuracy'"),
        ((2, "loss", -1), "min_delta must be at least 0, got -1"),
    ],
)
def test_early_stopping_refuses_impossible_settings(arguments, words):
    with pytest.raises(ValueError, match=words):
        EarlyStopping(*arguments)


class _Spoil:
    """Makes the net worse from the third epoch on, by a large rate."""

    def on_step(self, trainer, result):
        if result.step == 25:
            trainer.optimizer.lr = 2.0


def stopping(folder):
    run, train, validation = victim.trainer(folder)
    run.schedule = None
    run.callbacks = (_Spoil(), EarlyStopping(3))
    return run, train, validation


@pytest.mark.parametrize(
    ("callbacks", "epoch"), [((), 1), ([EarlyStopping(5)], 2), ([EarlyStopping(5, "loss")], None)]
)
def test_the_best_weights_go_by_what_early_stopping_monitors(tmp_path, callbacks, epoch):
    """By the accuracy it would be the first epoch, by the validation loss the second."""
    run, train, validation = victim.trainer(tmp_path)
    run.callbacks, run.schedule = tuple(callbacks), None
    original = run.checkpoints.save

    def save(trainer, settings):
        accuracy, loss = 1 / trainer.epoch, [3.0, 1.0, 2.0][trainer.epoch - 1]
        trainer.history[-1] |= {"validation_accuracy": accuracy, "validation_loss": loss}
        original(trainer, settings)

    run.checkpoints.save = save
    rows = run.fit(train, validation, 3)
    expected = epoch or 1 + int(np.argmin([row["loss"] for row in rows]))
    assert weights.read(tmp_path / "best.safetensors").metadata["epoch"] == str(expected)


def test_early_stopping_keeps_the_best_weights_and_continues_its_count(tmp_path):
    run, train, validation = stopping(tmp_path / "whole")
    rows = run.fit(train, validation, 20)
    losses = [row["validation_loss"] for row in rows]
    assert len(rows) == 3 + 1 + int(np.argmin(losses)) < 20
    assert "validation loss has not improved for 3 epochs" in run.stop_reason
    best = weights.read(tmp_path / "whole" / "best.safetensors")
    assert best.metadata["epoch"] == str(1 + int(np.argmin(losses)))

    for epochs in (3, 20):  # in two parts, the second of which begins within the count
        parts, train, validation = stopping(tmp_path / "parts")
        again = parts.fit(train, validation, epochs, resume=True)
    drop = "images_per_second"
    assert [row | {drop: 0} for row in again] == [row | {drop: 0} for row in rows]
    other = weights.read(tmp_path / "parts" / "best.safetensors")
    assert all((best[name] == other[name]).all() for name in best)

    parts, train, validation = stopping(tmp_path / "parts")
    assert parts.fit(train, validation, 30, resume=True) == again  # not one epoch more
    assert parts.resumed_epochs == len(rows)
