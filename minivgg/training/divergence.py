"""Divergence: the loss is not finite any more, and which layer is the first to blame."""

import math

from minivgg import backend
from minivgg.backend.types import Array
from minivgg.layers import Concat, Layer, Residual, Sequential


class TrainingDiverged(ArithmeticError):
    """The loss is not finite any more.

    Parameters
    ----------
    step : int
        Counted from 1 over all epochs.
    epoch : int
        Counted from 1.
    layer : str
        The first one that holds or computes a number that is not finite.
    loss : float
        Infinite or not a number.
    lr : float
        The learning rate.
    """

    def __init__(self, step: int, epoch: int, layer: str, loss: float, lr: float) -> None:
        self.step, self.epoch, self.layer = step, epoch, layer
        super().__init__(
            f"training diverged at step {step} (epoch {epoch}): the loss is {loss}, and the first "
            f"layer with a number that is not finite is {layer}; try a smaller learning rate than "
            f"{lr:g}, or another initializer"
        )


def require_finite(
    loss: float, step: int, epoch: int, net: Layer, images: Array, lr: float
) -> None:
    """Stop training whose loss is not finite.

    Parameters
    ----------
    loss : float
        Of a batch.
    step, epoch : int
        Counted from 1, the steps over all epochs.
    net : Layer
        The network that is trained.
    images : array of shape (N, C, H, W)
        A batch on the network's device to look for the first bad layer with.
    lr : float
        The learning rate, for the message.

    Raises
    ------
    TrainingDiverged
        If the loss is infinite or not a number.
    """
    if not math.isfinite(loss):
        raise TrainingDiverged(step, epoch, first_bad_layer(net, images), loss, lr)


def first_bad_layer(net: Layer, x: Array) -> str:
    """The first layer with a number that is not finite.

    The weights of an innermost layer are checked before its output.

    Parameters
    ----------
    net : Layer
        The network.
    x : array of shape (N, C, H, W)
        Its input, on the same device.

    Returns
    -------
    str
        The name and kind of the layer.
    """
    if not _finite(x):
        return "the input itself"
    found = _search(net, x, "")
    return found if isinstance(found, str) else "none in a second forward pass"


def _search(layer: Layer, x: Array, name: str) -> Array | str:
    """The name of the first bad layer, or the output if there is none."""
    if isinstance(layer, Sequential):
        for key, child in layer.layers.items():
            found = _search(child, x, f"{name}.{key}".lstrip("."))
            if isinstance(found, str):
                return found
            x = found
        return x
    if isinstance(layer, Residual | Concat):
        branches = [_search(child, x, f"{name}.{key}") for key, child in layer.children().items()]
        return next((branch for branch in branches if isinstance(branch, str)), None) or layer(x)
    bad = [key for key, p in layer.parameters().items() if not _finite(p.data)]
    if bad:
        return f"{name} {layer!r} (its {bad[0]})"
    y = layer(x)
    return y if _finite(y) else f"{name} {layer!r} (its output)"


def _finite(x: Array) -> bool:
    return bool(backend.namespace(x).isfinite(x).all())
