"""Validation during training: the trainer's own loss and metric over the validation images."""

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.data import Loader
from minivgg.evaluation.inference import class_probabilities, infer
from minivgg.layers import Layer
from minivgg.training.interfaces import Loss
from minivgg.training.metric import counts_largest_outputs, loss_weight, metric_sums


def validation_sums(net: Layer, loader: Loader, loss: Loss) -> list[float]:
    """Loss and metric over this rank's shards, as sums that can be added to those of others.

    Parameters
    ----------
    net : Layer
        It is evaluated in eval mode; its layers keep their modes.
    loader : Loader
        Its shards can be empty.
    loss : Loss
        Of the training.

    Returns
    -------
    list of float
        The sum of the losses and what it is to be divided by, and the same of the metric.
    """

    def measure(outputs: Array, labels: Array) -> tuple[float, float, float, float]:
        there = backend.to_device(labels, backend.device_of(outputs))
        weight = float(loss_weight(loss, there))
        # the mean over no weight at all, as where all labels are ignored, is not a number
        total = float(loss.forward(outputs, there)) * weight if weight else 0.0
        if counts_largest_outputs(loss, labels):
            # as in ``evaluate``, which reports accuracies: by probabilities, whose rounding can
            # make ties
            outputs, there = class_probabilities(outputs), backend.to_numpy(labels)
        metric, counted = metric_sums(loss, outputs, there)
        return total, weight, float(metric), float(counted)

    nonempty = (batch for batch in loader.epoch(0) if len(batch[0]))
    sums = [0.0, 0.0, 0.0, 0.0]
    if any(len(loader.share_of(k)) for k in range(len(loader))):
        for found in infer(net, nonempty, measure):
            sums = [total + value for total, value in zip(sums, found, strict=True)]
    return sums
