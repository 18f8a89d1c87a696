"""What training reports beside the loss: the accuracy, or what its loss measures instead."""

import numpy as np

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.layers.losses import SoftmaxCrossEntropy
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
    return ACCURACY if are_classes(labels) else None


def metric_sums(loss: Loss, outputs: Array, labels: Array) -> tuple[Array | float, Array | float]:
    """The metric of a batch as a sum and a count, without waiting for the device.

    Parameters
    ----------
    loss : Loss
        Its ``metric(outputs, targets)`` is a mean over ``metric_weight(targets)`` numbers, by
        default one for each image. Its ``ignore_index``, if it has one, is the label of images that
        count neither as right nor as wrong.
    outputs : array of shape (N, ...)
        Of the net.
    labels : array of shape (N, ...)
        Class numbers or other targets, on the same device.

    Returns
    -------
    total, count : int, float or scalar array
        How many images are classified correctly, or the sum of the loss's own metric; and of how
        many numbers that is the sum. Both are 0 without a metric.
    """
    name = metric_name(loss, labels)
    if name is None:
        return 0, 0
    if not counts_largest_outputs(loss, labels):
        count = _metric_weight(loss, labels)
        return weighted(loss.metric(outputs, labels), count), count  # type: ignore[attr-defined]
    right, ignored = outputs.argmax(axis=1) == labels, getattr(loss, "ignore_index", None)
    if ignored is None:
        return right.sum(), _metric_weight(loss, labels)
    counted = labels != ignored
    return (right & counted).sum(), counted.sum()


def counts_largest_outputs(loss: Loss, labels: Array) -> bool:
    """Whether the metric is how often the label has the largest output, which is counted exactly.

    Parameters
    ----------
    loss : Loss
        Its ``metric`` can be another accuracy, such as that of a single output.
    labels : array
        Class numbers or other targets.

    Returns
    -------
    bool
        False where the metric of the loss, a mean, is asked for instead.
    """
    if metric_name(loss, labels) != ACCURACY:
        return False
    own = getattr(loss, "metric", None) if hasattr(loss, "metric_name") else None
    return own is None or getattr(own, "__func__", None) is SoftmaxCrossEntropy.metric


def _metric_weight(loss: Loss, labels: Array) -> Array | float:
    own = getattr(loss, "metric_weight", None)
    return len(labels) if own is None else own(labels)


def is_weighted(loss: Loss) -> bool:
    """Whether the mean of a loss may be divided by something else than the number of images.

    Parameters
    ----------
    loss : Loss
        With ``weight_sum``; its ``is_weighted`` can be False nevertheless, as without class
        weights.

    Returns
    -------
    bool
        If it is False, nothing has to be summed over the ranks.
    """
    return hasattr(loss, "weight_sum") and bool(getattr(loss, "is_weighted", True))


def loss_weight(loss: Loss, labels: Array) -> Array | float:
    """What the mean loss of a batch is divided by, without waiting for the device.

    Parameters
    ----------
    loss : Loss
        It may define ``weight_sum(labels)``, as losses with class weights do.
    labels : array of shape (N, ...)
        Class numbers or other targets.

    Returns
    -------
    int, float or scalar array
        By default N, the number of images.
    """
    if not is_weighted(loss):
        return len(labels)
    total: Array | float = loss.weight_sum(labels)  # type: ignore[attr-defined]
    return total


def weighted(mean: Array | float, weight: Array | float) -> Array | float:
    """A mean times its weight; 0 where the weight is 0, for a mean over nothing may be NaN.

    Parameters
    ----------
    mean : float or array
        A loss, a metric or a gradient.
    weight : int, float or scalar array
        On a GPU it is not waited for.

    Returns
    -------
    float or array
        Of the shape and dtype of the mean.
    """
    if isinstance(weight, int | float | np.number):
        return mean * float(weight) if weight else np.zeros_like(mean)
    xp = backend.namespace(weight)
    dtype = getattr(mean, "dtype", weight.dtype)
    return xp.where(weight == 0, xp.zeros((), dtype), mean * weight.astype(dtype))


def are_classes(labels: Array) -> bool:
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
