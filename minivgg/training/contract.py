"""Whether the parts of training fit together: loss, data, schedule and callbacks."""

from collections.abc import Sequence

import numpy as np

from minivgg.data import Loader
from minivgg.data.checks import require_dataset
from minivgg.training.callbacks import EarlyStopping
from minivgg.training.checks import require_parts
from minivgg.training.history import ACCURACY
from minivgg.training.interfaces import Loss
from minivgg.training.metric import are_classes, counts_largest_outputs, metric_name


def require_fitting(
    loss: Loss,
    schedule: object,
    callbacks: Sequence[object],
    train: Loader,
    validation: Loader | None,
    epochs: int,
) -> None:
    """Refuse, in one sentence, what does not fit together.

    Parameters
    ----------
    loss : Loss
        Of the training.
    schedule : Schedule or None
        It may need a validation accuracy.
    callbacks : sequence of object
        They may need validation images.
    train : Loader
        Of the training images.
    validation : Loader or None
        Of the validation images.
    epochs : int
        How many there are in total.

    Raises
    ------
    TypeError
        If a loader or its dataset lacks something, the targets are not those of the loss, or epochs
        is no integer.
    ValueError
        If a schedule or a callback needs what this training does not have.
    """
    if not hasattr(epochs, "__index__"):
        raise TypeError(f"Trainer: epochs must be an integer, got {epochs!r:.60}")
    for loader in (train, validation):
        require_parts(False, loader=loader)
        if loader is not None:
            require_dataset("Trainer", loader.dataset)
            require_classes(loss, loader.dataset.labels)
    metric = metric_name(loss, train.dataset.labels)
    if getattr(schedule, "needs_accuracy", False):
        _require_accuracy(loss, schedule, metric, validation)
    for callback in callbacks:
        if getattr(callback, "needs_validation", False) and validation is None:
            raise ValueError(
                f"{type(callback).__name__} needs validation images: give fit a loader of them"
            )
        if isinstance(callback, EarlyStopping):
            callback.require_column(metric)


def _require_accuracy(
    loss: Loss, schedule: object, metric: str | None, validation: Loader | None
) -> None:
    kind = type(schedule).__name__
    if validation is None:
        raise ValueError(
            f"{kind} needs a validation accuracy: train with a validation set, or use StepLR"
        )
    if metric != ACCURACY:
        raise ValueError(
            f"{kind} needs a validation accuracy, which training with {type(loss).__name__} does "
            "not have: use StepLR or CosineLR"
        )


def require_classes(loss: Loss, labels: np.ndarray) -> None:
    """Refuse float targets for a loss whose metric is the accuracy of the largest outputs.

    Parameters
    ----------
    loss : Loss
        Of the training.
    labels : array
        Of the dataset.

    Raises
    ------
    TypeError
        If labels are not class numbers.
    """
    if counts_largest_outputs(loss, labels) and not are_classes(labels):
        raise TypeError(
            f"Trainer: {type(loss).__name__} needs class numbers, but the targets are "
            f"{labels.dtype}: for a regression use losses.MSELoss()"
        )
