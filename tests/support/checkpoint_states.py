"""A state of a checkpoint as training writes it, for the tests of its reader and of its writer."""

from types import SimpleNamespace

import numpy as np

from minivgg.training import checkpoint

ALONE = SimpleNamespace(rank=0, broadcast=lambda value: value)  # the communicator of one process
STATE = {
    "epoch": 1, "batch": 0, "step": 5, "seen": 0, "metric_sum": 0.0, "loss_sum": 0.0,
    "seconds": 0.0, "loss_weight": 0, "metric_weight": 0, "lr": 0.1, "schedule": None,
    "settings": {}, "history": [],
}  # fmt: skip
ROW = {
    "epoch": 1, "loss": 2.0, "validation_loss": None, "train_accuracy": 0.5,
    "validation_accuracy": None, "learning_rate": 0.1, "images_per_second": 9.0,
}  # fmt: skip


def saved(folder, epoch, batch=0, keep=9, best=None, **arrays):
    """A checkpoint in a run folder, whose weights tell its epoch and batch."""
    model = {"w": np.full(2, epoch + batch / 10, np.float32)} | arrays
    state = STATE | {"epoch": epoch, "batch": batch}
    return checkpoint.save(folder / "checkpoints", model, {}, state, best, keep)
