"""Callbacks: what is called during training, after each step and each epoch."""

from minivgg.training.history import (
    ACCURACY,
    EpochRow,
    is_better_when_higher,
    monitored,
)
from minivgg.training.interfaces import RunningTraining

OWN = "validation_metric"  # of a loss that does not measure the accuracy
MONITORED = ("validation_loss", "validation_accuracy", OWN, "loss")


class EarlyStopping:
    """Stop training when the validation loss or accuracy no longer improves.

    It counts in the trainer's history, so a resumed training continues the count.

    Parameters
    ----------
    patience : int
        How many epochs in a row may pass without a new best value; after so many, the training
        ends.
    monitor : {"validation_loss", "validation_accuracy", "validation_metric", "loss"}
        The column of the history. An accuracy should rise, the others should fall.
    min_delta : float
        By how much a value must be better than the best one to be a new best.

    Raises
    ------
    ValueError
        If the patience is below 1, there is no such column, or min_delta is negative.

    References
    ----------
    Prechelt (1998), "Early stopping – but when?"

    Examples
    --------
    >>> from minivgg.training.callbacks import EarlyStopping
    >>> stopping = EarlyStopping(patience=2)
    >>> losses = [0.9, 0.5, 0.6, 0.55]
    >>> history = [{"epoch": k, "validation_loss": loss} for k, loss in enumerate(losses, 1)]
    >>> stopping.epochs_without_improvement(history)
    2
    """

    def __init__(
        self, patience: int, monitor: str = "validation_loss", min_delta: float = 0.0
    ) -> None:
        if not hasattr(patience, "__index__") or patience < 1:
            raise ValueError(
                f"EarlyStopping: patience must be an integer of at least 1, got {patience!r}"
            )
        if monitor not in MONITORED:
            raise ValueError(
                f"EarlyStopping: monitor must be one of {', '.join(MONITORED)}, got {monitor!r}"
            )
        if not min_delta >= 0:
            raise ValueError(f"EarlyStopping: min_delta must be at least 0, got {min_delta}")
        self.patience, self.monitor, self.min_delta = patience, monitor, min_delta
        self.needs_validation = monitor != "loss"

    def on_start(self, trainer: RunningTraining) -> None:
        """Do not go on with training that was stopped here before.

        Parameters
        ----------
        trainer : Trainer
            Resumed, or at its beginning.
        """
        self._stop_if_due(trainer)

    def on_epoch(self, trainer: RunningTraining, row: EpochRow) -> None:
        """End the training if this epoch was one too many without improvement.

        Parameters
        ----------
        trainer : Trainer
            After an epoch.
        row : EpochRow
            Of that epoch.
        """
        self._stop_if_due(trainer)

    def require_column(self, metric: str | None) -> None:
        """Refuse to watch what the history will not have.

        Parameters
        ----------
        metric : str or None
            The name of the training's metric.

        Raises
        ------
        ValueError
            If another metric, or none, is monitored.
        """
        has = {"validation_accuracy": metric == ACCURACY, OWN: metric not in (None, ACCURACY)}
        if not has.get(self.monitor, True):
            raise ValueError(
                f"EarlyStopping: this training has no {self.monitor} (its metric is "
                f"{metric or 'none'}): use monitor='validation_loss'"
            )

    def epochs_without_improvement(self, history: list[EpochRow]) -> int:
        """How many epochs have passed since the best one.

        Parameters
        ----------
        history : list of EpochRow
            Of the training so far.

        Returns
        -------
        int
            0 if the last epoch was the best.
        """
        values = monitored(history, self.monitor)
        sign = -1 if is_better_when_higher(self.monitor) else 1
        best, since = float("inf"), 0
        for value in values.values():
            if sign * value < best - self.min_delta:
                best, since = sign * value, 0
            else:
                since += 1
        return since

    def _stop_if_due(self, trainer: RunningTraining) -> None:
        if self.epochs_without_improvement(trainer.history) >= self.patience:
            trainer.stop(
                f"{self.monitor.replace('_', ' ')} has not improved for {self.patience} "
                f"epoch{'s' * (self.patience > 1)}"
            )

    def __repr__(self) -> str:
        return f"EarlyStopping({self.patience}, {self.monitor!r}, min_delta={self.min_delta})"
