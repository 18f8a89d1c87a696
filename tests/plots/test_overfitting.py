"""The figure of overfitting shows both losses, and where the validation loss is lowest."""

import numpy as np

from minivgg.plots.overfitting import losses_by_epoch


def row(epoch, loss, validation_loss):
    return {"epoch": epoch, "learning_rate": 0.1, "loss": loss, "validation_loss": validation_loss,
            "train_accuracy": 0.5, "validation_accuracy": 0.5}  # fmt: skip


def test_each_training_has_a_panel_with_both_losses_on_one_scale():
    overfits = [row(1, 2.0, 2.1), row(2, 0.5, 0.9), row(3, 0.01, 1.4)]
    learns = [row(1, 1.0, 0.5), row(2, 0.1, 0.2)]
    first, second = losses_by_epoch({"few images": overfits, "many": learns}).axes
    assert [axes.get_title() for axes in (first, second)] == ["few images", "many"]
    training, validation, lowest = first.lines
    np.testing.assert_allclose(training.get_ydata(), [2.0, 0.5, 0.01])
    np.testing.assert_allclose(validation.get_ydata(), [2.1, 0.9, 1.4])
    assert (lowest.get_xdata()[0], lowest.get_ydata()[0]) == (2, 0.9)
    assert first.get_ylim() == second.get_ylim()
    assert first.get_yscale() == "log"


def test_drops_of_the_learning_rate_are_lines_after_their_epochs():
    history = [row(epoch, 1.0, 0.5) for epoch in range(1, 5)]
    (axes,) = losses_by_epoch({"one": history}, drops=(2,)).axes
    assert [2.5, 2.5] in [list(line.get_xdata()) for line in axes.lines]
