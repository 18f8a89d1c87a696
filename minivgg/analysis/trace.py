"""What each layer of a net makes of one image, without running it: shapes, parameters and costs.

A multiply-accumulate operation (MAC, or multiply-add) is one multiplication and the addition that
goes with it, in a convolution or a matrix product. Biases, ReLU, pooling and normalisation are not
counted. Some authors count both halves, so their FLOPs are twice this number.
"""

from dataclasses import dataclass
from math import prod

from minivgg.analysis.receptive_field import ReceptiveField
from minivgg.layers import Flatten, Linear, Residual, Sequential


@dataclass(frozen=True)
class LayerTrace:
    """One layer of a net; shapes are without N, ``receptive_field`` is that of (height, width)."""

    name: str
    layer: object
    input_shape: tuple
    output_shape: tuple
    parameters: int
    macs: int
    receptive_field: tuple

    @property
    def activations(self):
        """The number of outputs for one image."""
        return prod(self.output_shape)


def trace(net, input_shape):
    """Return a ``LayerTrace`` for each innermost layer of ``net``, in the order of computation.

    input_shape: (C, H, W) of one image. A ``Linear`` after ``Flatten`` sees the whole map, like a
    convolution whose kernel has the size of the map. The receptive field of a ``Residual`` is that
    of its body. Raises ``ValueError`` when an image of that shape does not fit through the net.
    """
    rows = []
    _walk(net, "", tuple(input_shape), (ReceptiveField(), ReceptiveField()), (1, 1), rows)
    return rows


def _walk(layer, name, shape, fields, flattened, rows):
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
    fields = tuple(f.through(k, s) for f, k, s in zip(fields, kernel, stride, strict=True))
    count = sum(p.data.size for p in layer.parameters().values())
    rows.append(LayerTrace(name, layer, shape, out, count, layer.macs(shape), fields))
    return out, fields, flattened


def _check(layer, name, shape):
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
