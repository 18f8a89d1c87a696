"""What each layer of a net makes of one image, without running it: shapes, parameters and costs.

A multiply-accumulate operation (MAC, or multiply-add) is one multiplication and the addition that
goes with it, in a convolution or a matrix product. Biases, ReLU, pooling and normalisation are not
counted. Some authors count both halves, so their FLOPs are twice this number.
"""

from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from minivgg.analysis.receptive_field import ReceptiveField
from minivgg.backend.types import Shape
from minivgg.layers import Flatten, Layer, Linear, Residual, Sequential

Fields: TypeAlias = tuple[ReceptiveField, ReceptiveField]  # along the height and the width
State: TypeAlias = tuple[Shape, Fields, tuple[int, int]]  # what _walk has reached


@dataclass(frozen=True)
class LayerTrace:
    """One layer of a net.

    Parameters
    ----------
    name : str
        Its path in the net, such as "features.0".
    layer : Layer
        The layer itself.
    input_shape, output_shape : tuple of int
        Without N: (C, H, W) or (D,).
    parameters : int
        How many numbers its parameters have.
    macs : int
        Multiply-accumulate operations for one image.
    receptive_field : (ReceptiveField, ReceptiveField)
        How its units see the input, along the height and the width.
    """

    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    macs: int
    receptive_field: Fields

    @property
    def activations(self) -> int:
        """The number of outputs for one image."""
        return prod(self.output_shape)


def trace(net: Layer, input_shape: Shape) -> list[LayerTrace]:
    """What each innermost layer of a net makes of one image.

    A ``Linear`` after ``Flatten`` sees the whole map, like a convolution whose kernel has the size
    of the map. The receptive field of a ``Residual`` is that of its body.

    Parameters
    ----------
    net : Layer
        It is not run.
    input_shape : (int, int, int)
        (C, H, W) of one image.

    Returns
    -------
    list of LayerTrace
        In the order of computation.

    Raises
    ------
    ValueError
        If an image of that shape does not fit through the net.

    Examples
    --------
    >>> from minivgg import models
    >>> rows = trace(models.vgg([64, "M"], 10, (3, 32, 32), hidden=()), (3, 32, 32))
    >>> rows[0].name, rows[0].output_shape, rows[0].macs
    ('features.0', (64, 32, 32), 1769472)
    """
    rows: list[LayerTrace] = []
    _walk(net, "", tuple(input_shape), (ReceptiveField(), ReceptiveField()), (1, 1), rows)
    return rows


def _walk(
    layer: Layer,
    name: str,
    shape: Shape,
    fields: Fields,
    flattened: tuple[int, int],
    rows: list[LayerTrace],
) -> State:
    """Append the rows of one layer; returns (shape, fields, flattened) after it.

    flattened: (height, width) of the map that a Flatten before the next Linear has flattened.
    """
    if isinstance(layer, Sequential):
        for key, child in layer.layers.items():
            path = f"{name}.{key}".lstrip(".")
            shape, fields, flattened = _walk(child, path, shape, fields, flattened, rows)
        return shape, fields, flattened
    if isinstance(layer, Residual):
        start = shape, fields, flattened
        end = _walk(layer.body, f"{name}.body", *start, rows)
        if layer.shortcut:
            _walk(layer.shortcut, f"{name}.shortcut", *start, rows)
        return end
    kernel, stride = getattr(layer, "kernel_size", (1, 1)), getattr(layer, "stride", (1, 1))
    if isinstance(layer, Flatten):
        flattened = shape[1:] if len(shape) == 3 else (1, 1)
    elif isinstance(layer, Linear):
        kernel, flattened = flattened, (1, 1)
    elif len(shape) == 3 and len(layer.output_shape(shape)) == 1:  # global pooling
        kernel = shape[1:]
    _check(layer, name, shape)
    out = layer.output_shape(shape)
    vertical, horizontal = fields
    fields = vertical.through(kernel[0], stride[0]), horizontal.through(kernel[1], stride[1])
    count = sum(p.data.size for p in layer.parameters().values())
    rows.append(LayerTrace(name, layer, shape, out, count, layer.macs(shape), fields))
    return out, fields, flattened


def _check(layer: Layer, name: str, shape: Shape) -> None:
    expected = (
        getattr(layer, "in_channels", None)
        or getattr(layer, "in_features", None)
        or getattr(layer, "num_features", None)
    )
    if expected and expected != shape[0]:
        raise ValueError(
            f"{name} {layer!r}: expects {expected} channels or features, "
            f"got an input of shape {shape}"
        )
    if min(layer.output_shape(shape)) < 1:
        raise ValueError(
            f"{name} {layer!r}: nothing is left of an input of shape {shape}: "
            "use larger images or fewer layers"
        )
