"""Floor 3: what can be said of a network without running it: shapes, parameters, multiply-adds, receptive fields, memory.

A multiply-add is one multiplication and the addition that goes with it, in a convolution or a matrix product; biases, ReLU,
pooling and normalisation are not counted. (Some authors count both halves: their FLOPs are twice this.)
"""

from dataclasses import dataclass
from math import prod

from minivgg.layers import Flatten, Linear, Residual, Sequential


@dataclass(frozen=True)
class View:
    """How the units of a layer look at the input, per side: each sees ``field`` pixels, neighbours stand ``jump`` pixels apart."""

    field: int = 1
    jump: int = 1

    def through(self, kernel, stride):
        """One window further: r ← r + (k − 1)·j, then j ← j·s."""
        return View(self.field + (kernel - 1) * self.jump, self.jump * stride)


@dataclass(frozen=True)
class Row:
    """One layer of a network: shapes are without N; ``view`` holds one View for the height and one for the width."""

    name: str
    layer: object
    input_shape: tuple
    output_shape: tuple
    parameters: int
    multiply_adds: int
    view: tuple

    @property
    def activations(self):
        """Numbers in the output for one image."""
        return prod(self.output_shape)


def trace(net, input_shape):
    """A ``Row`` for each innermost layer of ``net``, in the order of computation, for one input of ``input_shape`` (C, H, W).

    A ``Linear`` after ``Flatten`` sees the whole map, as a convolution with a kernel of the map's size would; the receptive field of a
    ``Residual`` is that of its body. Raises ``ValueError`` when an image of that shape does not go through.
    """
    rows = []
    _walk(net, "", tuple(input_shape), (View(), View()), (1, 1), rows)
    return rows


def receptive_field(layers):
    """(field, jump) in pixels after a list of (kernel, stride) pairs: [(3, 1), (3, 1), (2, 2)] -> (6, 2)."""
    view = View()
    for kernel, stride in layers:
        view = view.through(kernel, stride)
    return view.field, view.jump


def _walk(layer, name, shape, view, pending, rows):
    """Append the rows of one layer; returns (shape, view, pending): pending is the map size that Flatten leaves to the next Linear."""
    if isinstance(layer, Sequential):
        for key, child in layer.layers.items():
            shape, view, pending = _walk(
                child, f"{name}.{key}".lstrip("."), shape, view, pending, rows
            )
        return shape, view, pending
    if isinstance(layer, Residual):
        start = shape, view, pending
        end = _walk(layer.body, f"{name}.body", *start, rows)
        if layer.shortcut:
            _walk(layer.shortcut, f"{name}.shortcut", *start, rows)
        return end
    kernel, stride = getattr(layer, "kernel_size", (1, 1)), getattr(layer, "stride", (1, 1))
    if isinstance(layer, Flatten):
        pending = shape[1:] if len(shape) == 3 else (1, 1)
    elif isinstance(layer, Linear):
        kernel, pending = pending, (1, 1)
    elif len(shape) == 3 and len(layer.output_shape(shape)) == 1:  # global pooling
        kernel = shape[1:]
    _check(layer, name, shape)
    out = layer.output_shape(shape)
    view = tuple(v.through(k, s) for v, k, s in zip(view, kernel, stride, strict=True))
    count = sum(p.data.size for p in layer.parameters().values())
    rows.append(Row(name, layer, shape, out, count, layer.multiply_adds(shape), view))
    return out, view, pending


def _check(layer, name, shape):
    wanted = (
        getattr(layer, "in_channels", None)
        or getattr(layer, "in_features", None)
        or getattr(layer, "num_features", None)
    )
    if wanted and wanted != shape[0]:
        raise ValueError(
            f"{name} {layer!r}: expects {wanted} channels or features, an input of shape {shape} comes in"
        )
    if min(layer.output_shape(shape)) < 1:
        raise ValueError(
            f"{name} {layer!r}: nothing is left of an input of shape {shape}: use larger images or fewer layers"
        )
