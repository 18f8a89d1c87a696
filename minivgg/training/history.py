"""What a training reports: the sums of the running epoch, and the history with a row per epoch."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from minivgg.backend.types import Array
from minivgg.utils.files import StrPath


class EpochRow(TypedDict):
    """A row of the history, for one epoch.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    loss : float
        The mean over the training images, while the weights were changing.
    train_accuracy : float
        The accuracy on the same images at the same time, from 0 to 1.
    validation_accuracy : float or None
        After the epoch; None without validation images.
    learning_rate : float
        Of the optimizer, during the epoch.
    images_per_second : float or None
        Training images, with the time to load them.
    """

    epoch: int
    loss: float
    train_accuracy: float
    validation_accuracy: float | None
    learning_rate: float
    images_per_second: float | None


COLUMNS = tuple(EpochRow.__annotations__)  # of history.csv


class StepResult(NamedTuple):
    """What a training step found.

    Parameters
    ----------
    step : int
        Its number, counted from 1 over all epochs.
    loss : float or scalar array
        The mean over the batch; it can still be an array on the device.
    correct : int or scalar array
        How many images were classified correctly; likewise.
    images : int
        How many images are in the batch.
    """

    step: int
    loss: Array | float
    correct: Array | int
    images: int


@dataclass
class EpochMetrics:
    """Sums over the images of an epoch so far.

    Parameters
    ----------
    seen : int
        How many images.
    correct : int
        How many of them were classified correctly.
    loss_sum : float
        The sum of their losses.
    seconds : float
        How long they took, in all interrupted and resumed parts of the epoch together.
    """

    seen: int = 0
    correct: int = 0
    loss_sum: float = 0.0
    seconds: float = 0.0

    def add(self, loss: float, correct: int, images: int) -> None:
        """Add a step.

        Parameters
        ----------
        loss : float
            The mean over the batch.
        correct : int
            How many images were classified correctly.
        images : int
            How many images are in the batch.
        """
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

    def row(self, epoch: int, validation_accuracy: float | None, learning_rate: float) -> EpochRow:
        """The row of the history for a finished epoch.

        Parameters
        ----------
        epoch : int
            Counted from 1.
        validation_accuracy : float or None
            None without validation images.
        learning_rate : float
            Of the optimizer, during the epoch.

        Returns
        -------
        EpochRow
            With the mean loss and accuracy over all images.
        """
        return {
            "epoch": epoch,
            "loss": self.loss,
            "train_accuracy": self.accuracy,
            "validation_accuracy": validation_accuracy,
            "learning_rate": learning_rate,
            "images_per_second": self.seen / self.seconds if self.seconds else None,
        }


def history_csv(history: Sequence[EpochRow]) -> str:
    """The history as CSV text.

    Parameters
    ----------
    history : sequence of EpochRow
        As ``Trainer.fit`` returns it.

    Returns
    -------
    str
        A header and a line for each epoch.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    return out.getvalue()


def read_history_csv(path: StrPath) -> list[EpochRow]:
    """The history that ``history_csv`` wrote.

    Parameters
    ----------
    path : path
        Of a file history.csv.

    Returns
    -------
    list of EpochRow
        One for each epoch.

    Raises
    ------
    OSError
        If the file cannot be read or is damaged.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return [_row(cells) for cells in csv.DictReader(file)]
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        raise OSError(f"{path} is not a history of a training: {error}") from error


def _row(cells: dict[str, str]) -> EpochRow:
    def number(name: str) -> float | None:
        return float(cells[name]) if cells[name] else None

    return {
        "epoch": int(cells["epoch"]),
        "loss": float(cells["loss"]),
        "train_accuracy": float(cells["train_accuracy"]),
        "validation_accuracy": number("validation_accuracy"),
        "learning_rate": float(cells["learning_rate"]),
        "images_per_second": number("images_per_second"),
    }
