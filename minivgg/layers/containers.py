"""Layers made of layers: one after the other, side by side, or around a shortcut."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import cast, overload

from minivgg.backend import Array, Shape, memory_pool
from minivgg.layers.base import Layer
from minivgg.layers.fusion import Step, plan_steps
from minivgg.ops import shapes


class _NamedLayers(Layer):
    """Layers by name, given one by one, in a sequence or in a mapping."""

    _kind: str  # what messages call it, a subclass too

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
        self._layers = layers

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
                    f"because a {self._kind} knows only the layers that its constructor gets: "
                    "give it to the constructor, or derive from Layer"
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
        return "\n".join([f"{self._kind}(", *lines, ")"])


class Sequential(_NamedLayers):
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

    _kind = "Sequential"

    def _set_layers(self, layers: dict[str, Layer]) -> None:
        super()._set_layers(layers)
        self._steps = plan_steps(layers)

    def forward(self, x: Array) -> Array:
        """Through all layers, first to last."""
        for step in self._steps:
            x = _call(step.forward, x, step.name, step.layer)
        return x

    def backward(self, dy: Array) -> Array:
        """Through all layers, last to first."""
        following = None
        for step in reversed(self._steps):
            dy = _call(step.backward, dy, step.name, step.layer, following)
            following = step
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
            dy = _call(step.backward, dy, step.name, step.layer, following)
            following = step
            step.layer.clear_saved()
        for step in self._steps[first : first + 1]:
            try:
                step.layer.backward_parameters(dy)
            except (ValueError, TypeError) as error:
                raise _located(error, step.name, step.layer, following) from error
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


def innermost_layers(net: Sequential, prefix: str = "") -> list[tuple[str, Layer]]:
    """The layers that contain no others, and blocks whose branches are side by side.

    Parameters
    ----------
    net : Sequential
        A net, or a part of one.
    prefix : str
        What paths begin with: "features." for that part.

    Returns
    -------
    found : list of (str, Layer)
        (path, layer), in order.
    """
    found: list[tuple[str, Layer]] = []
    for name, layer in net.layers.items():
        path = f"{prefix}{name}"
        if isinstance(layer, Sequential):
            found += innermost_layers(layer, f"{path}.")
        else:
            found.append((path, layer))
    return found


class Concat(_NamedLayers):
    """Branches side by side: all get the same input, their outputs are joined along the channels.

    The branches must end in maps of the same size. The gradient of the output is cut into the
    channels of each branch, and the gradients that come back from the branches add up, because all
    of them have read the same input.

    Parameters
    ----------
    *layers : Layer, or one sequence or mapping of them
        The branches, as for ``Sequential``: ``Concat({"left": ..., "right": ...})``.

    Raises
    ------
    ValueError
        If there is no branch, or the same object appears twice.
    TypeError
        If one of them is not a ``Layer``.

    References
    ----------
    Szegedy et al. 2014, "Going Deeper with Convolutions", Figure 2.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> block = layers.Concat(layers.Conv2d(3, 4, 1), layers.Conv2d(3, 2, 3, padding=1))
    >>> y = block(np.ones((1, 3, 8, 8), np.float32))
    >>> y.shape, block.backward(y).shape
    ((1, 6, 8, 8), (1, 3, 8, 8))
    """

    _kind = "Concat"

    def _set_layers(self, layers: dict[str, Layer]) -> None:
        if not layers:
            raise ValueError("Concat: give it at least one branch")
        super()._set_layers(layers)

    def forward(self, x: Array) -> Array:
        """x (N, C, ...) -> (N, the channels of all branches, ...)."""
        return self.join(
            [_call(branch.forward, x, name, branch) for name, branch in self._layers.items()]
        )

    def backward(self, dy: Array) -> Array:
        """The sum of the gradients of all branches."""
        total: Array | None = None
        for (name, branch), part in zip(self._layers.items(), self.split(dy), strict=True):
            dx = _call(branch.backward, part, name, branch)
            if total is not None and total.shape != dx.shape:
                raise ValueError(
                    f"{name} {branch!r}: the gradient has shape {dx.shape}, those of the branches "
                    f"before it have {total.shape}: they cannot be added"
                )
            total = dx if total is None else total + dx
        return cast(Array, total)  # there is at least one branch

    def join(self, ys: Sequence[Array]) -> Array:
        """What ``forward`` returns, from the outputs of the branches.

        Parameters
        ----------
        ys : sequence of array
            One for each branch, (N, channels, ...).

        Returns
        -------
        y : array
            Their channels one after the other.

        Raises
        ------
        ValueError
            If they differ in more than the number of channels.
        """
        channels = self._channels([y.shape[1:] for y in ys])
        n, _, *sides = ys[0].shape
        if any(len(y) != n for y in ys):
            raise ValueError(f"Concat: the branches return {[len(y) for y in ys]} images each")
        make = memory_pool.new_images if len(sides) == 2 else memory_pool.new_empty
        y = make(ys[0], (n, sum(channels), *sides))
        for part, branch_y in zip(_cut(y, channels), ys, strict=True):
            part[...] = branch_y
        return self.save_for_backward(y, (channels, y.shape))

    def split(self, dy: Array) -> list[Array]:
        """The gradient of the output as one of each branch.

        Parameters
        ----------
        dy : array
            Of the shape of y.

        Returns
        -------
        parts : list of array
            Views of dy, with the channels of each branch.
        """
        channels, shape = self.saved_for_backward()
        shapes.check_present("Concat backward", dy=dy)
        shapes.check_shape("Concat backward", "dy", dy, shape)
        return _cut(dy, channels)

    def output_shape(self, shape: Shape) -> Shape:
        """That of any branch, with the channels of all."""
        ends = [branch.output_shape(shape) for branch in self]
        return (sum(self._channels(ends)), *ends[0][1:])

    def macs(self, shape: Shape) -> int:
        """Of all branches together."""
        return sum(branch.macs(shape) for branch in self)

    def _channels(self, ends: Sequence[Shape]) -> list[int]:
        """The channels of each branch, from the shapes that they end in, without the batch."""
        if len({end[1:] for end in ends}) > 1:
            found = ", ".join(
                f"{name} in {'×'.join(map(str, end))}"
                for name, end in zip(self._layers, ends, strict=True)
            )
            raise ValueError(
                f"Concat: the branches end in maps that cannot lie side by side: {found}"
            )
        return [end[0] for end in ends]


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


def _cut(array: Array, channels: Sequence[int]) -> list[Array]:
    """Views of the first channels of an array, of those after them, and so on."""
    ends = accumulate(channels)
    return [array[:, end - count : end] for count, end in zip(channels, ends, strict=True)]


def _call(
    method: Callable[[Array], Array],
    array: Array,
    name: str,
    layer: Layer,
    following: Step | None = None,
) -> Array:
    """What a method of a named layer returns; errors say where they happened.

    following: the step whose backward pass returned the array; None for the last, and forward.
    """
    try:
        result = method(array)
        if result is None:
            raise TypeError(f"{method.__name__} returned None")
    except (ValueError, TypeError) as error:
        raise _located(error, name, layer, following) from error
    return result


def _located(
    error: ValueError | TypeError, name: str, layer: Layer, following: Step | None = None
) -> Exception:
    """The same error, saying where it happened: "features.3 Conv2d(3, 64, 3): ...".

    following: the step that returned dy, which is named where the error is about dy.
    """
    text, origin = str(error), "dy is what backward of the next layer"
    if following and "dy" in text and origin not in text:
        text += f"; {origin}, {_first_layer(following.layer)!r}, returned"
    inside = isinstance(layer, Sequential | Concat | Residual)
    place = f"{name}.{text}" if inside else f"{name} {layer!r}: {text}"
    return type(error)(place) if type(error) in (ValueError, TypeError) else error


def _first_layer(layer: Layer) -> Layer:
    """The first layer inside a Sequential, at any depth; another layer itself."""
    while isinstance(layer, Sequential) and len(layer):
        layer = layer[0]
    return layer
