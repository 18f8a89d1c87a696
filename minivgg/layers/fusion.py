"""Which neighbours in a Sequential are computed together, decided once, when it is built.

A ReLU costs a pass over the whole feature map, forward and backward. Two neighbours save it:

- forward: a convolution applies the ReLU that follows it, block by block, while a block of its
  output is still in the cache;
- backward: a convolution or a max-pool multiplies its input's gradient by the slope (0 or 1) of
  the ReLU before it.

The numbers are the same as one layer after the other. A subclass takes part as long as it keeps
``forward`` and ``backward``.
"""

from collections.abc import Mapping
from typing import NamedTuple

from minivgg.layers.activation import ReLU
from minivgg.layers.base import Layer
from minivgg.layers.conv import Conv2d
from minivgg.layers.pooling import MaxPool2d


class Step(NamedTuple):
    """One layer of a Sequential, and what it computes together with its neighbours."""

    name: str
    layer: Layer
    applies_next_relu: bool  # a convolution: forward applies the ReLU that follows it
    applied_by_previous: bool  # a ReLU: forward is part of the convolution before it
    applies_previous_slope: bool  # backward goes through the ReLU before this layer as well
    slope_applied_by_next: bool  # a ReLU: backward is part of the layer that follows it

    def forward(self, x):
        """The output of the layer, after its ReLU where it applies that."""
        if self.applied_by_previous:
            return self.layer.adopt_output(x)
        return self.layer.forward(x, relu=True) if self.applies_next_relu else self.layer.forward(x)

    def backward(self, dy):
        """The gradient with respect to the input, before the ReLU where that is included."""
        if self.slope_applied_by_next:
            return dy
        if self.applies_previous_slope:
            return self.layer.backward(dy, relu=True)
        return self.layer.backward(dy)


def plan_steps(layers: Mapping[str, Layer]) -> list[Step]:
    """The steps of layers, {name: layer} in the order of the forward pass."""
    padded = [None, *layers.values(), None]
    return [
        Step(
            name,
            layer,
            applies_next_relu=_is_plain(layer, Conv2d) and _is_plain(after, ReLU),
            applied_by_previous=_is_plain(layer, ReLU) and _is_plain(before, Conv2d),
            applies_previous_slope=_is_plain(layer, Conv2d, MaxPool2d) and _is_plain(before, ReLU),
            slope_applied_by_next=_is_plain(layer, ReLU) and _is_plain(after, Conv2d, MaxPool2d),
        )
        for name, before, layer, after in zip(layers, padded, padded[1:], padded[2:], strict=False)
    ]


def _is_plain(layer, *kinds):
    """Whether a layer is of one of these kinds and computes what the kind computes."""
    return any(
        isinstance(layer, kind)
        and type(layer).forward is kind.forward
        and type(layer).backward is kind.backward
        for kind in kinds
    )
