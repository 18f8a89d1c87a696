"""The size of what goes through each layer in one forward and one backward pass."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from minivgg import backend
from minivgg.backend import Array
from minivgg.layers import ReLU
from minivgg.training.diagnosis.passes import RecordedPass
from minivgg.training.diagnosis.subject import Subject

IMAGES = 128  # for which a unit must be 0 to count as dead


@dataclass(frozen=True)
class LayerSizes:
    """The size of what goes through a layer, as root mean squares.

    Parameters
    ----------
    name : str
        As in "features.0".
    kind : str
        The layer's class.
    output : float
        Of its output.
    gradient : float or None
        Of the gradient of the loss with respect to the output, for the mean over the batch; None
        for the first layers where they are frozen.
    weight : float or None
        Of its weights; None for a layer without.
    dead : float or None
        For a ReLU, the share of units, or channels of a map, that are 0 for all images.
    update : float or None
        The length of one step of the optimizer, relative to that of the weights.
    """

    name: str
    kind: str
    output: float
    gradient: float | None
    weight: float | None = None
    dead: float | None = None
    update: float | None = None


def record(subject: Subject) -> RecordedPass:
    """A forward and a backward pass with the weights of the start.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    RecordedPass
        The gradients of the parameters are those of this pass.
    """
    subject.restart()
    x, labels = next(subject.batches(1, IMAGES))
    with backend.fixed_seed([subject.seed]):
        recorded = RecordedPass(subject.net, x)
    subject.loss.forward(recorded.output, labels)
    recorded.backward(subject.loss.backward())
    return recorded


def layer_sizes(recorded: RecordedPass, updates: dict[str, float]) -> list[LayerSizes]:
    """A row for each innermost layer.

    Parameters
    ----------
    recorded : RecordedPass
        After its backward pass.
    updates : dict of str to float
        The update-to-weight ratio of parameters, by name.

    Returns
    -------
    list of LayerSizes
        In the order of the forward pass.
    """
    rows = []
    for layer in recorded.layers:
        weight = layer.layer.parameters().get("weight")
        rows.append(
            LayerSizes(
                layer.name,
                type(layer.layer).__name__,
                rms(layer.output),
                None if layer.output_gradient is None else rms(layer.output_gradient),
                None if weight is None else rms(weight.array),
                dead_share(layer.output) if isinstance(layer.layer, ReLU) else None,
                updates.get(f"{layer.name}.weight".lstrip(".")),
            )
        )
    return rows


def rms(x: Array | None) -> float:
    """The root mean square of an array.

    Parameters
    ----------
    x : array or None
        Of any shape.

    Returns
    -------
    float
        0 for None.
    """
    if x is None or not x.size:
        return 0.0
    return sqrt(float((x.astype(np.float64) ** 2).mean()))


def dead_share(y: Array) -> float:
    """The share of units that are 0 for all images.

    Parameters
    ----------
    y : array of shape (N, D) or (N, C, H, W)
        The output of a ReLU. A channel of a map is one unit: it has one filter.

    Returns
    -------
    float
        From 0 to 1.
    """
    axes = (0, *range(2, y.ndim))
    return float((y.max(axis=axes) <= 0).mean())
