"""What each layer of a net makes of one image, without running it: shapes, parameters and costs.

A multiply-accumulate operation (MAC, or multiply-add) is one multiplication and the addition that
goes with it, in a convolution or a matrix product. Biases, ReLU, pooling and normalisation are not
counted. Some authors count both halves, so their FLOPs are twice this number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from minivgg import ops
from minivgg.analysis.receptive_field import ReceptiveField
from minivgg.backend.geometry import window_size
from minivgg.backend.types import Shape
from minivgg.layers import Concat, Flatten, Layer, Linear, Residual, Sequential
from minivgg.layers.arguments import pair_repr

Fields: TypeAlias = tuple[ReceptiveField, ReceptiveField]  # along the height and the width
State: TypeAlias = tuple[Shape, Fields | None, tuple[int, int]]  # what _walk has reached
Window: TypeAlias = tuple[tuple[int, int], tuple[int, int]]  # (kernel, stride), along each axis


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
    macs : int or None
        Multiply-accumulate operations for one image; None if the layer has matrices or filters but
        does not define ``macs``.
    receptive_field : (ReceptiveField, ReceptiveField) or None
        How its units see the input, along the height and the width; None if this layer or one
        before it does not declare ``kernel_size`` or ``stride``, though it may need to.
    """

    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    macs: int | None
    receptive_field: Fields | None

    @property
    def activations(self) -> int:
        """The number of outputs for one image."""
        return prod(self.output_shape)

    @property
    def description(self) -> str:
        """The layer in one line: of branches side by side, their names."""
        if isinstance(self.layer, Concat):
            return f"Concat({', '.join(self.layer.layers)})"
        return repr(self.layer)


def trace(net: Layer, input_shape: Shape) -> list[LayerTrace]:
    """What each innermost layer of a net makes of one image.

    A ``Linear`` after ``Flatten`` sees the whole map, like a convolution whose kernel has the size
    of the map. The receptive field of a ``Residual`` is that of its body. The branches of a
    ``Concat`` are followed by a row for their joined output, whose receptive field is the largest
    of the branches'. A layer of your own declares ``kernel_size`` and ``stride``, see ``Layer``,
    and ``dilation`` if it has one; without weights and inner layers it need not as long as the map
    keeps its size: then each pixel is taken to depend on itself alone.

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
        If an image of that shape does not fit through the net, or a layer with a stride has no
        ``output_shape``.

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
    fields: Fields | None,
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
    if isinstance(layer, Concat):
        ends = [
            _walk(branch, f"{name}.{key}".lstrip("."), shape, fields, flattened, rows)
            for key, branch in layer.layers.items()
        ]
        out, fields = layer.output_shape(shape), _largest([branch for _, branch, _ in ends])
        rows.append(LayerTrace(name, layer, shape, out, 0, 0, fields))
        return out, fields, ends[0][2]
    _check(layer, name, shape)
    out = layer.output_shape(shape)
    window = _window(layer, name, shape, flattened)
    if fields and window:
        fields = fields[0].through(*window[0]), fields[1].through(*window[1])
    else:
        fields = None
    if isinstance(layer, Flatten) and len(shape) == 3:
        flattened = shape[1:]
    elif isinstance(layer, Linear):
        flattened = (1, 1)
    count = sum(p.data.size for p in layer.parameters().values())
    rows.append(LayerTrace(name, layer, shape, out, count, _macs(layer, shape), fields))
    return out, fields, flattened


def _largest(branches: Sequence[Fields | None]) -> Fields | None:
    """The field that contains those of all branches; None if one is unknown, or jumps differ."""
    known = [fields for fields in branches if fields]
    jumps = {(height.jump, width.jump) for height, width in known}
    if len(known) < len(branches) or len(jumps) > 1:
        return None
    height, width = (max(axis, key=lambda field: field.size) for axis in zip(*known, strict=True))
    return height, width


def _window(layer: Layer, name: str, shape: Shape, flattened: tuple[int, int]) -> Window | None:
    """(kernel, stride) along the height and along the width; None if the layer does not say."""
    out = layer.output_shape(shape)
    if isinstance(layer, Linear):
        return (flattened[0], 1), (flattened[1], 1)
    if len(shape) == 3 and len(out) == 1 and not isinstance(layer, Flatten):  # global pooling
        return (shape[1], 1), (shape[2], 1)
    kernel, stride = getattr(layer, "kernel_size", None), getattr(layer, "stride", None)
    if kernel is None and stride is None:
        # after the first Linear, all units see the same pixels
        is_flat = len(shape) == 1 and flattened == (1, 1)
        is_plain = not layer.parameters() and not layer.children()
        keeps_size = isinstance(layer, Flatten) or out[1:] == shape[1:]
        return ((1, 1), (1, 1)) if is_flat or (is_plain and keeps_size) else None
    place = f"{name} {layer!r}"
    kernels = ops.pair(1 if kernel is None else kernel, f"{place}: kernel_size", least=1)
    strides = ops.pair(1 if stride is None else stride, f"{place}: stride", least=1)
    dilations = ops.pair(getattr(layer, "dilation", 1), f"{place}: dilation", least=1)
    kernels = window_size(kernels, dilations)
    if strides != (1, 1) and type(layer).output_shape is Layer.output_shape:
        raise ValueError(
            f"{place}: has stride {pair_repr(strides)}, so it must also define output_shape(shape)"
        )
    return (kernels[0], strides[0]), (kernels[1], strides[1])


def _macs(layer: Layer, shape: Shape) -> int | None:
    """The layer's multiply-adds; None if it has matrices or filters, but does not count them."""
    has_matrices = any(p.array.ndim > 1 for p in layer.parameters().values())
    if has_matrices and type(layer).macs is Layer.macs:
        return None
    return layer.macs(shape)


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
