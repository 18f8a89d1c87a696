"""Layers made of layers: one after the other, or around a shortcut."""

from types import MappingProxyType

from minivgg.layers.base import Layer
from minivgg.layers.fusion import plan_steps


class Sequential(Layer):
    """Layers one after the other.

    ``Sequential(Conv2d(...), ReLU())``, or with names ``Sequential({"body": ..., "head": ...})``.
    """

    def __init__(self, *layers):
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], dict | list | tuple):
            layers = layers[0]
        named = layers if isinstance(layers, dict) else {str(i): x for i, x in enumerate(layers)}
        self._set_layers(dict(named))

    @property
    def layers(self):
        """{name: layer}, in order; see ``replace`` to change it."""
        return MappingProxyType(self._layers)

    def replace(self, name, layer):
        """Put a layer in the place of the named one, or after the last if there is none."""
        self._set_layers(self._layers | {name: layer})

    def _set_layers(self, layers):
        _require_distinct(type(self).__name__, layers)
        self._layers, self._steps = layers, plan_steps(layers)

    def forward(self, x):
        """Through all layers, first to last."""
        for step in self._steps:
            try:
                x = step.forward(x)
            except (ValueError, TypeError) as error:
                raise _located(error, step.name, step.layer) from error
        return x

    def backward(self, dy):
        """Through all layers, last to first."""
        for step in reversed(self._steps):
            dy = step.backward(dy)
        return dy

    def backward_parameters(self, dy):
        """As ``backward``, down to the first layer that learns; see ``Layer``.

        Each layer drops what it saved as soon as the gradient has gone through it.
        """
        first = self._count_leading(
            lambda layer: all(p.frozen for p in layer.parameters().values())
        )
        for step in reversed(self._steps[first + 1 :]):
            dy = step.backward(dy)
            step.layer.clear_saved()
        for step in self._steps[first : first + 1]:
            step.layer.backward_parameters(dy)
        for step in self._steps[:first]:
            step.layer.clear_saved()

    def _count_leading(self, condition):
        """How many layers at the beginning meet a condition.

        0 where none of these has weights: a gradient may still have to go through them.
        """
        first = next((i for i, layer in enumerate(self) if not condition(layer)), len(self))
        return first if any(layer.parameters() for layer in list(self)[:first]) else 0

    def _set_frozen_prefix_to_eval(self):
        first = self._count_leading(Layer.is_fixed)
        for i, layer in enumerate(self):
            if i < first:
                layer._set_mode(training=False)
            elif i == first:
                layer._set_frozen_prefix_to_eval()

    def output_shape(self, shape):
        """The shape after the last layer."""
        for layer in self:
            shape = layer.output_shape(shape)
        return shape

    def macs(self, shape):
        """The sum over all layers."""
        total = 0
        for layer in self:
            total += layer.macs(shape)
            shape = layer.output_shape(shape)
        return total

    def children(self):
        """{name: layer}, in order."""
        return self._layers

    def __getitem__(self, name):
        by_place = isinstance(name, int)
        return list(self._layers.values())[name] if by_place else self._layers[str(name)]

    def __len__(self):
        return len(self._layers)

    def __iter__(self):
        return iter(self._layers.values())

    def __repr__(self):
        lines = [
            f"  ({name}): {layer!r}".replace("\n", "\n  ") for name, layer in self.layers.items()
        ]
        return "\n".join(["Sequential(", *lines, ")"])


class Residual(Layer):
    """y = body(x) + shortcut(x), the shortcut being x itself by default (He et al. 2015, eq. 1)."""

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut
        _require_distinct("Residual", self.children())

    def forward(self, x):
        """The sum of both branches; raises ``ValueError`` when they end in different shapes."""
        y, short = self.body(x), self.shortcut(x) if self.shortcut else x
        if y.shape != short.shape:
            raise ValueError(
                f"Residual: the body ends in shape {y.shape}, the shortcut in {short.shape}: "
                "they cannot be added"
            )
        return y + short

    def backward(self, dy):
        """The sum of the gradients of both branches."""
        return self.body.backward(dy) + (self.shortcut.backward(dy) if self.shortcut else dy)

    def output_shape(self, shape):
        """The body's."""
        return self.body.output_shape(shape)

    def macs(self, shape):
        """Of both branches together."""
        return sum(branch.macs(shape) for branch in self.children().values())

    def __repr__(self):
        return f"Residual({self.body!r}{f', {self.shortcut!r}' if self.shortcut else ''})"


def _require_distinct(container, layers):
    """A layer saves one forward pass, so the same object cannot appear twice."""
    seen = set()
    for layer in (inner for child in layers.values() for inner in child.descendants()):
        if id(layer) in seen:
            raise ValueError(
                f"{container}: the same {layer!r} appears twice; make a layer for each"
            )
        seen.add(id(layer))


def _located(error, name, layer):
    """The same error, saying where it happened: "features.3 Conv2d(3, 64, 3): ..."."""
    text = str(error)
    inside = isinstance(layer, Sequential | Residual)
    place = f"{name}.{text}" if inside else f"{name} {layer!r}: {text}"
    return type(error)(place) if type(error) in (ValueError, TypeError) else error
