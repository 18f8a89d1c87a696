"""Layers made of layers: one after the other, or around a shortcut."""

from itertools import zip_longest

from minivgg.layers.base import Layer
from minivgg.layers.operations import Conv2d, MaxPool2d, ReLU


class Sequential(Layer):
    """Layers one after the other: ``Sequential(Conv2d(...), ReLU())``, or with names, ``Sequential({"features": ..., "head": ...})``."""

    def __init__(self, *layers):
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], dict | list | tuple):
            layers = layers[0]
        self.layers = (
            dict(layers)
            if isinstance(layers, dict)
            else {str(i): layer for i, layer in enumerate(layers)}
        )
        _require_distinct(self)

    def forward(self, x):
        """Through all layers, first to last."""
        activated = False  # whether the convolution before has taken the ReLU that comes now along
        for (name, layer), following in zip_longest(
            self.layers.items(), list(self.layers.values())[1:]
        ):
            try:
                if activated:
                    x, activated = layer.take(x), False
                elif activated := type(layer) is Conv2d and type(following) is ReLU:
                    x = layer.forward(x, relu=True)
                else:
                    x = layer.forward(x)
            except (ValueError, TypeError) as error:
                raise _located(error, name, layer) from error
        return x

    def backward(self, dy):
        """Through all layers, last to first."""
        return self._backward(dy, 0)

    def backward_parameters(self, dy):
        """Through all layers, last to first, each letting go of what it kept, down to the first that is not fixed; see ``Layer``."""
        first = self._leading(lambda layer: all(p.frozen for p in layer.parameters().values()))
        dy = self._backward(dy, first + 1, forget=True)
        for layer in list(self)[first : first + 1]:
            layer.backward_parameters(dy)
        for layer in list(self)[:first]:
            layer.forget()

    def _leading(self, is_so):
        """For how many layers at the beginning it is so; 0 where none of these has weights: a gradient may still go through them."""
        first = next((i for i, layer in enumerate(self) if not is_so(layer)), len(self))
        return first if any(layer.parameters() for layer in list(self)[:first]) else 0

    def _rest(self):
        first = self._leading(Layer.is_fixed)
        for i, layer in enumerate(self):
            if i < first:
                layer._switch(False)
            elif i == first:
                layer._rest()

    def _backward(self, dy, until, forget=False):
        """Through the layers from the last down to number ``until``."""
        layers = list(self.layers.values())
        while len(layers) > until:
            done = [layers.pop()]
            if (
                type(done[0]) in (Conv2d, MaxPool2d)
                and len(layers) > until
                and type(layers[-1]) is ReLU
            ):
                dy = done[0].backward(dy, relu=True)
                done.append(layers.pop())
            else:
                dy = done[0].backward(dy)
            for layer in done if forget else ():
                layer.forget()
        return dy

    def output_shape(self, shape):
        """The shape after the last layer."""
        for layer in self.layers.values():
            shape = layer.output_shape(shape)
        return shape

    def macs(self, shape):
        """The sum over all layers."""
        total = 0
        for layer in self.layers.values():
            total += layer.macs(shape)
            shape = layer.output_shape(shape)
        return total

    def children(self):
        """{name: layer}, in order."""
        return self.layers

    def __getitem__(self, name):
        return (
            self.layers[str(name)]
            if not isinstance(name, int)
            else list(self.layers.values())[name]
        )

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers.values())

    def __repr__(self):
        lines = [
            f"  ({name}): {layer!r}".replace("\n", "\n  ") for name, layer in self.layers.items()
        ]
        return "\n".join(["Sequential(", *lines, ")"])


class Residual(Layer):
    """y = body(x) + shortcut(x), the shortcut being x itself by default (He et al. 2015, equation 1)."""

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut
        _require_distinct(self)

    def forward(self, x):
        """The sum of both ways; raises ``ValueError`` when they end in different shapes."""
        y, short = self.body(x), self.shortcut(x) if self.shortcut else x
        if y.shape != short.shape:
            raise ValueError(
                f"Residual: the body ends in shape {y.shape}, the shortcut in {short.shape}: they cannot be added"
            )
        return y + short

    def backward(self, dy):
        """The sum of the gradients of both ways."""
        return self.body.backward(dy) + (self.shortcut.backward(dy) if self.shortcut else dy)

    def output_shape(self, shape):
        """The body's."""
        return self.body.output_shape(shape)

    def macs(self, shape):
        """Both ways together."""
        return sum(way.macs(shape) for way in self.children().values())

    def __repr__(self):
        return f"Residual({self.body!r}{f', {self.shortcut!r}' if self.shortcut else ''})"


def _require_distinct(container):
    """A layer remembers one forward pass, so the same object cannot stand in two places."""
    everything = list(_descendants(container))
    twice = [
        layer
        for i, layer in enumerate(everything)
        if any(layer is other for other in everything[:i])
    ]
    if twice:
        raise ValueError(
            f"{type(container).__name__}: the same {twice[0]!r} stands in two places; make a layer for each"
        )


def _descendants(layer):
    for child in layer.children().values():
        yield child
        yield from _descendants(child)


def _located(error, name, layer):
    """The same error, its message beginning with where it happened: "features.3 Conv2d(3, 64, 3): ..."."""
    text = str(error)
    place = (
        f"{name}.{text}"
        if isinstance(layer, Sequential | Residual)
        else f"{name} {layer!r}: {text}"
    )
    return type(error)(place) if type(error) in (ValueError, TypeError) else error
