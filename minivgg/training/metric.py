"""What training reports beside the loss: the accuracy, or what its loss measures instead."""

import numpy as np

from minivgg.backend.types import Array
from minivgg.training.history import ACCURACY
from minivgg.training.interfaces import Loss


def metric_name(loss: Loss, labels: Array) -> str | None:
    """The name of the metric.

    Parameters
    ----------
    loss : Loss
        Its ``metric_name``, if it has one, is the name.
    labels : array
        Class numbers or other targets.

    Returns
    -------
    str or None
        "accuracy" for class numbers; None for other targets and a loss without a metric.
    """
    own = getattr(loss, "metric_name", None)
    if own is not None:
        return str(own)
    return ACCURACY if labels.dtype.kind in "iu" else None


def metric_sum(loss: Loss, outputs: Array, labels: Array) -> Array | float:
    """The metric of a batch, summed over its images, without waiting for the device.

    Parameters
    ----------
    loss : Loss
        Its ``metric(outputs, targets)`` is a mean over the batch.
    outputs : array of shape (N, ...)
        Of the net.
    labels : array of shape (N, ...)
        Class numbers or other targets.

    Returns
    -------
    int, float or scalar array
        How many images are classified correctly, or N times the mean; 0 without a metric.
    """
    name = metric_name(loss, labels)
    if name is None:
        return 0
    if name == ACCURACY and getattr(loss, "ignore_index", None) is None:
        correct: Array = (outputs.argmax(axis=1) == labels).sum()
        return correct
    mean: Array | float = loss.metric(outputs, labels)  # type: ignore[attr-defined]
    return mean * len(outputs)


def metric_weight(loss: Loss, labels: Array) -> float:
    """Of how many numbers the metric of a batch is the mean.

    Parameters
    ----------
    loss : Loss
        It may define ``metric_weight(targets)``, as one that ignores some labels does.
    labels : array of shape (N, ...)
        Class numbers or other targets.

    Returns
    -------
    float
        By default N, the number of images.
    """
    own = getattr(loss, "metric_weight", None)
    return float(len(labels)) if own is None else float(own(labels))


def weight_sum(loss: Loss, labels: Array) -> float:
    """What the mean loss of a batch is divided by.

    Parameters
    ----------
    loss : Loss
        It may define ``weight_sum(labels)``, as losses with class weights do.
    labels : array of shape (N, ...)
        Class numbers or other targets.

    Returns
    -------
    float
        By default N, the number of images.
    """
    own = getattr(loss, "weight_sum", None)
    return float(len(labels)) if own is None else float(own(labels))


def are_classes(labels: np.ndarray) -> bool:
    """Whether labels are class numbers.

    Parameters
    ----------
    labels : array
        Of a dataset.

    Returns
    -------
    bool
        False for floats, the targets of a regression.
    """
    return labels.dtype.kind in "iu"
