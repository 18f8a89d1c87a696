"""Divergence: the loss is not finite any more, and which layer is the first to blame."""

import math

from minivgg import backend
from minivgg.layers import Layer, Residual, Sequential


class TrainingDiverged(ArithmeticError):
    """The loss is not finite any more.

    step: counted from 1 over all epochs. epoch: counted from 1. layer: the first one that holds or
    computes a number that is not finite.
    """

    def __init__(self, step: int, epoch: int, layer: str, loss: float, lr: float):
        self.step, self.epoch, self.layer = step, epoch, layer
        super().__init__(
            f"training diverged at step {step} (epoch {epoch}): the loss is {loss}, and the first "
            f"layer with a number that is not finite is {layer}; try a smaller learning rate than "
            f"{lr:g}, or another initializer"
        )


def require_finite(loss: float, step: int, epoch: int, net: Layer, images, lr: float) -> None:
    """Raise ``TrainingDiverged`` for a loss that is not finite.

    images: a batch on the network's device to look for the first bad layer with. lr: the learning
    rate, for the message.
    """
    if not math.isfinite(loss):
        raise TrainingDiverged(step, epoch, first_bad_layer(net, images), loss, lr)


def first_bad_layer(net: Layer, x) -> str:
    """The name and kind of the first layer with a number that is not finite for the input x.

    The weights of an innermost layer are checked before its output.
    """
    if not _finite(x):
        return "the input itself"
    found = _search(net, x, "")
    return found if isinstance(found, str) else "none in a second forward pass"


def _search(layer, x, name):
    """The name of the first bad layer, or the output if there is none."""
    if isinstance(layer, Sequential):
        for key, child in layer.layers.items():
            x = _search(child, x, f"{name}.{key}".lstrip("."))
            if isinstance(x, str):
                return x
        return x
    if isinstance(layer, Residual):
        branches = [_search(child, x, f"{name}.{key}") for key, child in layer.children().items()]
        return next((branch for branch in branches if isinstance(branch, str)), None) or layer(x)
    bad = [key for key, p in layer.parameters().items() if not _finite(p.data)]
    if bad:
        return f"{name} {layer!r} (its {bad[0]})"
    y = layer(x)
    return y if _finite(y) else f"{name} {layer!r} (its output)"


def _finite(x):
    return bool(backend.namespace(x).isfinite(x).all())
