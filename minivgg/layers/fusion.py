"""Which neighbours in a Sequential are computed together, decided once, when it is built.

A ReLU costs a pass over the whole feature map, forward and backward. Two neighbours save it:

- forward: a convolution applies the ReLU that follows it, block by block, while a block of its
  output is still in the cache; in eval mode also the 2×2 max-pool after that, and the whole map
  never exists;
- backward: a convolution or a max-pool multiplies its input's gradient by the slope (0 or 1) of
  the ReLU before it.

The numbers are the same as one layer after the other. A subclass takes part as long as it keeps
``forward`` and ``backward``.
"""

from collections.abc import Mapping, Sequence
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
    pooled : tuple of Layer
        A convolution, a ReLU and a 2×2 max-pool, of which this layer is one: in eval mode the
        convolution computes all three. Else empty.
    """

    name: str
    layer: Layer
    applies_next_relu: bool
    applied_by_previous: bool
    applies_previous_slope: bool
    slope_applied_by_next: bool
    pooled: tuple[Layer, ...] = ()

    def forward(self, x: Array) -> Array:
        """Compute the output of the layer, after its ReLU where it applies that.

        Parameters
        ----------
        x : array
            The layer's input, or its output where that has been computed before.

        Returns
        -------
        y : array
            Its output; of a convolution, that after the layers that it applies.
        """
        if self.pooled and not any(layer.training for layer in self.pooled):
            is_first = self.layer is self.pooled[0]
            return cast(Conv2d, self.layer).forward(x, relu=True, pool=True) if is_first else x
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
    pooled = _pooled([*layers.values()])
    return [
        Step(
            name,
            layer,
            applies_next_relu=_is_plain(layer, Conv2d) and _is_plain(after, ReLU),
            applied_by_previous=_is_plain(layer, ReLU) and _is_plain(before, Conv2d),
            applies_previous_slope=_is_plain(layer, Conv2d, MaxPool2d) and _is_plain(before, ReLU),
            slope_applied_by_next=_is_plain(layer, ReLU) and _is_plain(after, Conv2d, MaxPool2d),
            pooled=pooled.get(id(layer), ()),
        )
        for (name, layer), before, after in zip(layers.items(), padded, padded[2:], strict=False)
    ]


def _pooled(layers: Sequence[Layer]) -> dict[int, tuple[Layer, ...]]:
    """The ids of layers, and the convolution, ReLU and 2×2 max-pool that each belongs to."""
    found: dict[int, tuple[Layer, ...]] = {}
    for conv, relu, pool in zip(layers, layers[1:], layers[2:], strict=False):
        are_plain = _is_plain(conv, Conv2d) and _is_plain(relu, ReLU) and _is_plain(pool, MaxPool2d)
        if are_plain and cast(MaxPool2d, pool).is_by_two():
            found.update(dict.fromkeys(map(id, (conv, relu, pool)), (conv, relu, pool)))
    return found


def _is_plain(layer: Layer | None, *kinds: type[Layer]) -> bool:
    """Whether a layer is of one of these kinds and computes what the kind computes."""
    return any(
        isinstance(layer, kind)
        and type(layer).forward is kind.forward
        and type(layer).backward is kind.backward
        for kind in kinds
    )
