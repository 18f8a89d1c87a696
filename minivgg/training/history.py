"""What training reports: the sums of the running epoch, and the history with a row per epoch."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, NotRequired, TypedDict

from minivgg.backend.types import Array
from minivgg.utils.files import StrPath


class EpochRow(TypedDict):
    """A row of the history, for one epoch.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    loss : float
        The mean over the training images, while the weights were changing and with dropout.
    validation_loss : float or None
        The mean over the validation images after the epoch, in eval mode; None without validation
        images, and in histories of earlier versions.
    train_accuracy : float or None
        The accuracy on the training images at the same time as the loss, from 0 to 1; None where
        the loss has another metric.
    validation_accuracy : float or None
        After the epoch; None without validation images, and where the loss has another metric.
    learning_rate : float
        Of the optimizer, during the epoch.
    images_per_second : float or None
        Training images, with the time to load them.
    metric : str
        The name of the loss's own metric, such as "mean_absolute_error". A history of accuracies
        has neither this nor the next two.
    train_metric : float or None
        Its mean over the training images, at the same time as the loss.
    validation_metric : float or None
        Its mean over the validation images after the epoch.
    """

    epoch: int
    loss: float
    validation_loss: float | None
    train_accuracy: float | None
    validation_accuracy: float | None
    learning_rate: float
    images_per_second: float | None
    metric: NotRequired[str]
    train_metric: NotRequired[float | None]
    validation_metric: NotRequired[float | None]


METRIC_COLUMNS = ("metric", "train_metric", "validation_metric")  # only with such a metric
COLUMNS = tuple(name for name in EpochRow.__annotations__ if name not in METRIC_COLUMNS)
ACCURACY = "accuracy"  # the metric of classification


class StepResult(NamedTuple):
    """What a training step found.

    Parameters
    ----------
    step : int
        Its number, counted from 1 over all epochs.
    loss : float or scalar array
        The mean over the batch; it can still be an array on the device.
    metric_sum : int, float or scalar array
        How many images were classified correctly, or the sum over the images of the loss's own
        metric; likewise.
    images : int
        How many images are in the batch.
    loss_weight : int, float or scalar array
        What the mean loss was divided by: the number of images, or the sum of the weights of those
        that count.
    metric_weight : int, float or scalar array
        Of how many numbers metric_sum is the sum.
    """

    step: int
    loss: Array | float
    metric_sum: Array | float
    images: int
    loss_weight: Array | float
    metric_weight: Array | float

    @property
    def metric(self) -> Array | float:
        """The accuracy from 0 to 1, or the mean of the loss's own metric; 0 if nothing counts."""
        return self.metric_sum / (self.metric_weight + (self.metric_weight == 0))


@dataclass(frozen=True)
class Validation:
    """What the validation images show after an epoch.

    Parameters
    ----------
    loss : float
        The mean over the images, of the training's own loss.
    metric : float or None
        The mean over the images of the accuracy or of the loss's own metric; None for a loss
        without a metric, of targets that are not classes.
    """

    loss: float
    metric: float | None


@dataclass
class EpochMetrics:
    """Sums over the images of an epoch so far.

    Parameters
    ----------
    seen : int
        How many images.
    metric_sum : float
        How many of them were classified correctly, or the sum of the loss's own metric.
    loss_sum : float
        The sum of their losses, each times its weight where the loss has weights.
    seconds : float
        How long they took, in all interrupted and resumed parts of the epoch together.
    loss_weight, metric_weight : float
        What loss_sum and metric_sum are to be divided by: how many images, or what counts of them.
    """

    seen: int = 0
    metric_sum: float = 0
    loss_sum: float = 0.0
    seconds: float = 0.0
    loss_weight: float = 0
    metric_weight: float = 0

    def add(self, result: StepResult) -> None:
        """Add a step.

        Parameters
        ----------
        result : StepResult
            Of the whole batch; on the GPU this waits for it.
        """
        self.seen += result.images
        self.loss_sum += float(result.loss) * float(result.loss_weight)
        self.loss_weight += float(result.loss_weight)
        self.metric_sum += float(result.metric_sum)
        self.metric_weight += float(result.metric_weight)

    @property
    def loss(self) -> float:
        """The mean loss so far; 0 before anything has counted."""
        return self.loss_sum / self.loss_weight if self.loss_weight else 0.0

    @property
    def metric(self) -> float:
        """The accuracy so far, from 0 to 1, or the mean of the loss's own metric."""
        return self.metric_sum / self.metric_weight if self.metric_weight else 0.0

    def row(
        self,
        epoch: int,
        validation: Validation | None,
        learning_rate: float,
        metric: str | None = ACCURACY,
    ) -> EpochRow:
        """The row of the history for a finished epoch.

        Parameters
        ----------
        epoch : int
            Counted from 1.
        validation : Validation or None
            None without validation images.
        learning_rate : float
            Of the optimizer, during the epoch.
        metric : str or None
            The name of the metric; None for a loss without one.

        Returns
        -------
        EpochRow
            With the mean loss and metric over all images.
        """
        classifies = metric == ACCURACY
        held_out = validation.metric if validation else None
        row: EpochRow = {
            "epoch": epoch,
            "loss": self.loss,
            "validation_loss": validation.loss if validation else None,
            "train_accuracy": self.metric if classifies else None,
            "validation_accuracy": held_out if classifies else None,
            "learning_rate": learning_rate,
            "images_per_second": self.seen / self.seconds if self.seconds else None,
        }
        if metric and not classifies:
            row |= {"metric": metric, "train_metric": self.metric, "validation_metric": held_out}
        return row


def best_epoch(history: Sequence[EpochRow], monitor: str | None = None) -> int | None:
    """The epoch after which the net was best on the validation images.

    Parameters
    ----------
    history : sequence of EpochRow
        As ``Trainer.fit`` returns it.
    monitor : str, optional
        The column that decides, as with early stopping: the highest accuracy, or the lowest of
        other values (default: as below).

    Returns
    -------
    int or None
        The epoch with the highest validation accuracy and, among equal ones or without an accuracy,
        with the lowest validation loss; None without validation images.
    """
    if monitor is not None:
        sign = -1 if is_better_when_higher(monitor) else 1
        values = monitored(history, monitor)
        return min(values, key=lambda k: (sign * values[k], k)) if values else None
    accuracies = monitored(history, "validation_accuracy")
    losses = monitored(history, "validation_loss")
    epochs = accuracies or losses
    if not epochs:
        return None
    return min(epochs, key=lambda k: (-accuracies.get(k, 0.0), losses.get(k, math.inf), k))


def monitored(history: Sequence[EpochRow], name: str) -> dict[int, float]:
    """One column of a history.

    Parameters
    ----------
    history : sequence of EpochRow
        As ``Trainer.fit`` returns it.
    name : str
        Of the column, such as "validation_loss".

    Returns
    -------
    dict of int to float
        The values by epoch, without the epochs that have none.
    """
    values = {row["epoch"]: row.get(name) for row in history}
    return {epoch: v for epoch, v in values.items() if isinstance(v, float | int)}


def is_better_when_higher(name: str) -> bool:
    """Whether a column of the history should rise: an accuracy, unlike a loss or an error.

    Parameters
    ----------
    name : str
        Of the column.

    Returns
    -------
    bool
        False for losses and other metrics.
    """
    return name.endswith(ACCURACY)


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
    more = METRIC_COLUMNS if any("metric" in row for row in history) else ()
    writer = csv.DictWriter(out, (*COLUMNS, *more), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    return out.getvalue()


def read_history_csv(path: StrPath) -> list[EpochRow]:
    """The history that ``history_csv`` wrote, in this version or an earlier one.

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
        raise OSError(f"{path} is not the history of a training run: {error}") from error


def _row(cells: dict[str, str]) -> EpochRow:
    def number(name: str) -> float | None:
        return float(cells[name]) if cells[name] else None

    row: EpochRow = {
        "epoch": int(cells["epoch"]),
        "loss": float(cells["loss"]),
        "validation_loss": number("validation_loss") if "validation_loss" in cells else None,
        "train_accuracy": number("train_accuracy"),
        "validation_accuracy": number("validation_accuracy"),
        "learning_rate": float(cells["learning_rate"]),
        "images_per_second": number("images_per_second"),
    }
    if cells.get("metric"):
        row["metric"] = cells["metric"]
        row["train_metric"] = number("train_metric")
        row["validation_metric"] = number("validation_metric")
    return row
