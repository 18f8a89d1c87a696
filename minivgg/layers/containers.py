"""Layers made of layers: one after the other, or around a shortcut."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import cast, overload

from minivgg.backend import Array, Shape
from minivgg.layers.base import Layer
from minivgg.layers.fusion import Step, plan_steps


class Sequential(Layer):
    """Layers one after the other.

    Parameters
    ----------
    *layers : Layer, or one sequence or mapping of them
        ``Sequential(Conv2d(...), ReLU())``, or with names
        ``Sequential({"body": ..., "head": ...})``. Without names they are "0", "1", ...

    Raises
    ------
    ValueError
        If the same object appears twice.
    TypeError
        If one of them is not a ``Layer``.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> net = layers.Sequential(layers.Linear(4, 8), layers.ReLU(), layers.Linear(8, 3))
    >>> net
    Sequential(
      (0): Linear(4, 8)
      (1): ReLU()
      (2): Linear(8, 3)
    )
    >>> y = net(np.ones((2, 4), np.float32))
    >>> y.shape, net.backward(np.ones_like(y)).shape
    ((2, 3), (2, 4))
    >>> list(net.parameters())
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """

    @overload
    def __init__(self, *layers: Layer) -> None: ...

    @overload
    def __init__(self, layers: Mapping[str, Layer] | Sequence[Layer], /) -> None: ...

    def __init__(self, *layers: Layer | Mapping[str, Layer] | Sequence[Layer]) -> None:
        super().__init__()
        only = layers[0] if len(layers) == 1 else None
        if isinstance(only, Mapping):
            self._set_layers(dict(only))
        else:
            several = cast(Sequence[Layer], only if isinstance(only, Sequence) else layers)
            self._set_layers({str(i): layer for i, layer in enumerate(several)})

    @property
    def layers(self) -> Mapping[str, Layer]:
        """{name: layer}, in order; see ``replace`` to change it."""
        return MappingProxyType(self._layers)

    def replace(self, name: str, layer: Layer) -> None:
        """Put a layer in the place of the named one, or after the last if there is none.

        Parameters
        ----------
        name : str
            As in ``layers``.
        layer : Layer
            The new one.
        """
        self._set_layers(self._layers | {name: layer})

    def _set_layers(self, layers: dict[str, Layer]) -> None:
        _require_distinct_layers(type(self).__name__, layers)
        self._layers, self._steps = layers, plan_steps(layers)

    def forward(self, x: Array) -> Array:
        """Through all layers, first to last."""
        for step in self._steps:
            try:
                x = step.forward(x)
                if x is None:
                    raise TypeError("forward returned None")
            except (ValueError, TypeError) as error:
                raise _located(error, step) from error
        return x

    def backward(self, dy: Array) -> Array:
        """Through all layers, last to first."""
        following = None
        for step in reversed(self._steps):
            dy, following = _backward(step, dy, following), step
        return dy

    def backward_parameters(self, dy: Array) -> None:
        """As ``backward``, down to the first layer that learns; see ``Layer``.

        Each layer drops what it saved as soon as the gradient has gone through it.
        """
        first = self._count_leading(
            lambda layer: all(p.frozen for p in layer.parameters().values())
        )
        following = None
        for step in reversed(self._steps[first + 1 :]):
            dy, following = _backward(step, dy, following), step
            step.layer.clear_saved()
        for step in self._steps[first : first + 1]:
            try:
                step.layer.backward_parameters(dy)
            except (ValueError, TypeError) as error:
                raise _located(error, step, following) from error
        for step in self._steps[:first]:
            step.layer.clear_saved()

    def _count_leading(self, condition: Callable[[Layer], bool]) -> int:
        """How many layers at the beginning meet a condition.

        0 where none of these has weights: a gradient may still have to go through them.
        """
        first = next((i for i, layer in enumerate(self) if not condition(layer)), len(self))
        return first if any(layer.parameters() for layer in list(self)[:first]) else 0

    def _set_frozen_prefix_to_eval(self) -> None:
        first = self._count_leading(Layer.is_fixed)
        for i, layer in enumerate(self):
            if i < first:
                layer._set_mode(training=False)
            elif i == first:
                layer._set_frozen_prefix_to_eval()

    def output_shape(self, shape: Shape) -> Shape:
        """The shape after the last layer."""
        for layer in self:
            shape = layer.output_shape(shape)
        return shape

    def macs(self, shape: Shape) -> int:
        """The sum over all layers."""
        total = 0
        for layer in self:
            total += layer.macs(shape)
            shape = layer.output_shape(shape)
        return total

    def children(self) -> Mapping[str, Layer]:
        """{name: layer}, in order."""
        return self._layers

    def _children_among(self, members: Sequence[tuple[str, object]]) -> Mapping[str, Layer]:
        """Its layers; refuses others that a subclass keeps beside them."""
        ids = set(map(id, self._layers.values()))
        for name, value in members:
            if isinstance(value, Layer) and id(value) not in ids:
                raise TypeError(
                    f"{type(self).__name__}: the layer {name} would not be learned or saved, "
                    "because a Sequential knows only the layers that its constructor gets: give it "
                    "to the constructor, or derive from Layer"
                )
        return self._layers

    def __getitem__(self, name: str | int) -> Layer:
        if isinstance(name, int):
            return list(self._layers.values())[name]
        return self._layers[str(name)]

    def __len__(self) -> int:
        return len(self._layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._layers.values())

    def __repr__(self) -> str:
        lines = [
            f"  ({name}): {layer!r}".replace("\n", "\n  ") for name, layer in self.layers.items()
        ]
        return "\n".join(["Sequential(", *lines, ")"])


class Residual(Layer):
    """y = body(x) + shortcut(x), the shortcut being x itself by default.

    Parameters
    ----------
    body : Layer
        The branch that learns.
    shortcut : Layer, optional
        The other branch, which must end in the same shape.

    References
    ----------
    He et al. 2015, "Deep Residual Learning for Image Recognition", eq. 1.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> block = layers.Residual(layers.Linear(2, 2, initializer="zeros"))
    >>> block(np.ones((1, 2), np.float32))  # the body is 0, so x comes through
    array([[1., 1.]], dtype=float32)
    """

    def __init__(self, body: Layer, shortcut: Layer | None = None) -> None:
        super().__init__()
        self.body, self.shortcut = body, shortcut
        _require_distinct_layers(
            "Residual", {"body": body} | ({"shortcut": shortcut} if shortcut is not None else {})
        )

    def forward(self, x: Array) -> Array:
        """The sum of both branches; raises ``ValueError`` when they end in different shapes."""
        y, short = self.body(x), self.shortcut(x) if self.shortcut else x
        if y is None or short is None:
            raise self._returned_none("forward", "body" if y is None else "shortcut")
        if y.shape != short.shape:
            raise ValueError(
                f"Residual: the body ends in shape {y.shape}, the shortcut in {short.shape}: "
                "they cannot be added"
            )
        return y + short

    def backward(self, dy: Array) -> Array:
        """The sum of the gradients of both branches."""
        dx, short = self.body.backward(dy), self.shortcut.backward(dy) if self.shortcut else dy
        if dx is None or short is None:
            raise self._returned_none("backward", "body" if dx is None else "shortcut")
        if dx.shape != short.shape:
            raise ValueError(
                f"Residual: the gradient of the body has shape {dx.shape}, that of the shortcut "
                f"{short.shape}: they cannot be added"
            )
        return dx + short

    def _returned_none(self, method: str, branch: str) -> TypeError:
        return TypeError(f"{branch} {self.children()[branch]!r}: {method} returned None")

    def output_shape(self, shape: Shape) -> Shape:
        """The body's."""
        return self.body.output_shape(shape)

    def macs(self, shape: Shape) -> int:
        """Of both branches together."""
        return sum(branch.macs(shape) for branch in self.children().values())

    def __repr__(self) -> str:
        return f"Residual({self.body!r}{f', {self.shortcut!r}' if self.shortcut else ''})"


def _require_distinct_layers(container: str, layers: Mapping[str, Layer]) -> None:
    """Refuse what is no layer, and the same object twice: a layer saves one forward pass only."""
    for name, layer in layers.items():
        if not isinstance(layer, Layer):
            kind = layer if isinstance(layer, type) else type(layer)
            what = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
            what = f"the class {what}: call it" if kind is layer else f"an object of class {what}"
            raise TypeError(f"{container}: {name!r} is not a minivgg Layer, but {what}")
    seen: set[int] = set()
    for layer in (inner for child in layers.values() for inner in child.descendants()):
        if id(layer) in seen:
            raise ValueError(
                f"{container}: the same {layer!r} appears twice; make a layer for each"
            )
        seen.add(id(layer))


def _backward(step: Step, dy: Array, following: Step | None) -> Array:
    """The gradient with respect to a step's input; errors say where they happened.

    following: the step whose backward pass returned dy; None for the last.
    """
    try:
        dx = step.backward(dy)
        if dx is None:
            raise TypeError("backward returned None")
    except (ValueError, TypeError) as error:
        raise _located(error, step, following) from error
    return dx


def _located(error: ValueError | TypeError, step: Step, following: Step | None = None) -> Exception:
    """The same error, saying where it happened: "features.3 Conv2d(3, 64, 3): ...".

    following: the step that returned dy, which is named where the error is about dy.
    """
    text, origin = str(error), "dy is what backward of the next layer"
    if following and "dy" in text and origin not in text:
        text += f"; {origin}, {_first_layer(following.layer)!r}, returned"
    inside = isinstance(step.layer, Sequential | Residual)
    place = f"{step.name}.{text}" if inside else f"{step.name} {step.layer!r}: {text}"
    return type(error)(place) if type(error) in (ValueError, TypeError) else error


def _first_layer(layer: Layer) -> Layer:
    """The first layer inside a Sequential, at any depth; another layer itself."""
    while isinstance(layer, Sequential) and len(layer):
        layer = layer[0]
    return layer
