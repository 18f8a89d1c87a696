"""What a training reports: the sums of the running epoch, and the history with a row per epoch."""

import csv
import io
from dataclasses import dataclass
from typing import NamedTuple

COLUMNS = (
    "epoch",
    "loss",
    "train_accuracy",
    "validation_accuracy",
    "learning_rate",
    "images_per_second",
)


class StepResult(NamedTuple):
    """What a training step found.

    step: its number, counted from 1 over all epochs. loss: the mean over the batch. correct: how
    many images were classified correctly. images: in the batch. The loss and the number of correct
    images can still be arrays on the device.
    """

    step: int
    loss: float
    correct: int
    images: int


@dataclass
class EpochMetrics:
    """Sums over the images of an epoch so far: how many, correct ones, losses, and seconds."""

    seen: int = 0
    correct: int = 0
    loss_sum: float = 0.0
    seconds: float = 0.0

    def add(self, loss: float, correct: int, images: int) -> None:
        """Add a step: its mean loss, how many images were classified correctly, and of how many."""
        self.seen += images
        self.loss_sum += loss * images
        self.correct += correct

    @property
    def loss(self) -> float:
        """The mean loss so far."""
        return self.loss_sum / self.seen

    @property
    def accuracy(self) -> float:
        """The accuracy so far, from 0 to 1."""
        return self.correct / self.seen

    def row(self, epoch: int, validation_accuracy: float | None, learning_rate: float) -> dict:
        """The row of the history for a finished epoch, {column: value}."""
        speed = self.seen / self.seconds if self.seconds else None
        values = (epoch, self.loss, self.accuracy, validation_accuracy, learning_rate, speed)
        return dict(zip(COLUMNS, values, strict=True))


def history_csv(history: list[dict]) -> str:
    """The history as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    return out.getvalue()
