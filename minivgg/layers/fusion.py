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
from typing import NamedTuple, cast

from minivgg.backend import Array
from minivgg.layers.activation import ReLU
from minivgg.layers.base import Layer
from minivgg.layers.conv import Conv2d
from minivgg.layers.pooling import MaxPool2d


class Step(NamedTuple):
    """One layer of a Sequential, and what it computes together with its neighbours.

    Parameters
    ----------
    name : str
        The layer's name in the Sequential.
    layer : Layer
        The layer.
    applies_next_relu : bool
        A convolution: forward applies the ReLU that follows it.
    applied_by_previous : bool
        A ReLU: forward is part of the convolution before it.
    applies_previous_slope : bool
        A convolution or a max-pool: backward goes through the ReLU before it as well.
    slope_applied_by_next : bool
        A ReLU: backward is part of the layer that follows it.
    """

    name: str
    layer: Layer
    applies_next_relu: bool
    applied_by_previous: bool
    applies_previous_slope: bool
    slope_applied_by_next: bool

    def forward(self, x: Array) -> Array:
        """Compute the output of the layer, after its ReLU where it applies that.

        Parameters
        ----------
        x : array
            The layer's input.

        Returns
        -------
        y : array
            Its output.
        """
        if self.applied_by_previous:
            return cast(ReLU, self.layer).adopt_output(x)
        if self.applies_next_relu:
            return cast(Conv2d, self.layer).forward(x, relu=True)
        return self.layer.forward(x)

    def backward(self, dy: Array) -> Array:
        """The gradient with respect to the input, before the ReLU where that is included.

        Parameters
        ----------
        dy : array
            The gradient with respect to the output.

        Returns
        -------
        dx : array
            The gradient with respect to the input.
        """
        if self.slope_applied_by_next:
            return dy
        if self.applies_previous_slope:
            return cast(MaxPool2d, self.layer).backward(dy, relu=True)  # or a convolution
        return self.layer.backward(dy)


def plan_steps(layers: Mapping[str, Layer]) -> list[Step]:
    """Decide what neighbours compute together.

    Parameters
    ----------
    layers : mapping of str to Layer
        By name, in the order of the forward pass.

    Returns
    -------
    steps : list of Step
        One for each layer.
    """
    padded: list[Layer | None] = [None, *layers.values(), None]
    return [
        Step(
            name,
            layer,
            applies_next_relu=_is_plain(layer, Conv2d) and _is_plain(after, ReLU),
            applied_by_previous=_is_plain(layer, ReLU) and _is_plain(before, Conv2d),
            applies_previous_slope=_is_plain(layer, Conv2d, MaxPool2d) and _is_plain(before, ReLU),
            slope_applied_by_next=_is_plain(layer, ReLU) and _is_plain(after, Conv2d, MaxPool2d),
        )
        for (name, layer), before, after in zip(layers.items(), padded, padded[2:], strict=False)
    ]


def _is_plain(layer: Layer | None, *kinds: type[Layer]) -> bool:
    """Whether a layer is of one of these kinds and computes what the kind computes."""
    return any(
        isinstance(layer, kind)
        and type(layer).forward is kind.forward
        and type(layer).backward is kind.backward
        for kind in kinds
    )
