"""The class of all nets of this package: named layers, input shape, and preprocessing."""

from collections.abc import Mapping, Sequence
from typing import Literal, overload

from minivgg.backend import Shape
from minivgg.data import Normalize
from minivgg.layers import Layer, Sequential


class Net(Sequential):
    """A net of "features", followed where there are any by "flatten", "pool" and "classifier".

    The parts of ``googlenet`` have torchvision's names instead, "conv1" to "fc".

    Parameters
    ----------
    layers : mapping of str to Layer
        The parts, in order.
    input_shape : (int, int, int)
        (C, H, W) of the images that the net is made for.

    Attributes
    ----------
    input_shape : tuple
        The same.
    preprocessing : Normalize or None
        What the weights expect of images; None until weights are trained or loaded.
    """

    def __init__(self, layers: Mapping[str, Layer], input_shape: Sequence[int]) -> None:
        super().__init__(layers)
        self.input_shape: Shape = tuple(input_shape)
        self.preprocessing: Normalize | None = None

    @overload
    def __getitem__(self, name: Literal["features", "classifier"]) -> Sequential: ...

    @overload
    def __getitem__(self, name: str | int) -> Layer: ...

    def __getitem__(self, name: str | int) -> Layer:
        return super().__getitem__(name)
