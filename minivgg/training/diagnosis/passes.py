"""A forward and a backward pass that keep the output and the gradient of each innermost layer."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from minivgg import backend
from minivgg.backend import Array
from minivgg.layers import Concat, Layer, Parameter, Residual, Sequential


@dataclass
class LayerPass:
    """What one innermost layer did in a forward and a backward pass.

    Parameters
    ----------
    name : str
        As in "features.0"; empty for a net that is one layer.
    layer : Layer
        The layer itself.
    output : array
        What it returned.
    output_gradient : array or None
        The gradient of the loss with respect to the output; None before the backward pass.
    input_gradient : array or None
        What its backward pass returned.
    """

    name: str
    layer: Layer
    output: Array
    output_gradient: Array | None = None
    input_gradient: Array | None = None


def innermost(net: Layer, name: str = "") -> Iterator[tuple[str, Layer]]:
    """The layers of a net that are not a ``Sequential``, a ``Concat`` or a ``Residual``.

    Parameters
    ----------
    net : Layer
        Whose layers are wanted.
    name : str
        What the names begin with.

    Yields
    ------
    name : str
        As in ``net.parameters()``, without the parameter.
    layer : Layer
        In the order of the forward pass.
    """
    if _is_container(net):
        for key, child in net.children().items():
            yield from innermost(child, f"{name}.{key}".lstrip("."))
    else:
        yield name, net


class RecordedPass:
    """Runs a net layer by layer, and keeps what each innermost layer returned.

    The numbers are those of ``net(x)`` and ``net.backward(dy)``. A layer made of layers in its own
    way counts as one layer.

    Parameters
    ----------
    net : Layer
        In training mode.
    x : array of shape (N, C, H, W)
        Its input.
    seed : int, optional
        Each innermost layer draws its random numbers from a seed of its own, made of this one: then
        they are the same whether or not the layers before it are computed (see ``output_with``).

    Attributes
    ----------
    layers : list of LayerPass
        In the order of the forward pass.
    output : array
        Of the net.
    """

    def __init__(self, net: Layer, x: Array, seed: int | None = None) -> None:
        self.net, self.x, self.seed = net, x, seed
        self.layers: list[LayerPass] = []
        self._by_id: dict[int, LayerPass] = {}
        self._calls: dict[int, tuple[Array, Array]] = {}  # input and output, also of containers
        self._names = {id(layer): name for name, layer in innermost(net)}
        self._numbers = {key: number for number, key in enumerate(self._names)}
        self.output = self._run(net, x, frozenset())

    def output_with(self, changed: Collection[Parameter]) -> Array:
        """The output for the same input, after some parameters have changed.

        Only layers that depend on them are computed again.

        Parameters
        ----------
        changed : collection of Parameter
            Those whose numbers differ from those of the recorded pass.

        Returns
        -------
        array of the shape of output
            The numbers of ``net(x)``.
        """
        return self._run(self.net, self.x, frozenset(map(id, changed)))

    def backward(self, dy: Array) -> None:
        """Run the backward pass, which adds to the gradients of the parameters.

        Parameters
        ----------
        dy : array of the shape of output
            The gradient of the loss with respect to it.
        """
        self._backward(self.net, dy)

    def _run(self, layer: Layer, x: Array, changed: frozenset[int]) -> Array:
        """The output of a layer; the recorded one where nothing before or in it has changed."""
        before = self._calls.get(id(layer))
        if before is None:
            self._calls[id(layer)] = x, self._computed(layer, x, changed)
            return self._calls[id(layer)][1]
        is_same = x is before[0] and changed.isdisjoint(map(id, layer.parameters().values()))
        return before[1] if is_same else self._computed(layer, x, changed)

    def _computed(self, layer: Layer, x: Array, changed: frozenset[int]) -> Array:
        if not _is_container(layer):
            with self._random_numbers(layer):
                y = layer(x)
            if id(layer) not in self._by_id:
                self._by_id[id(layer)] = LayerPass(self._names[id(layer)], layer, y)
                self.layers.append(self._by_id[id(layer)])
            return y
        children = layer.children().values()
        if isinstance(layer, Concat):
            return layer.join([self._run(child, x, changed) for child in children])
        if isinstance(layer, Residual):
            branches = [self._run(child, x, changed) for child in children]
            return branches[0] + (branches[1] if len(branches) > 1 else x)
        for child in children:
            x = self._run(child, x, changed)
        return x

    def _random_numbers(self, layer: Layer) -> AbstractContextManager[None]:
        if self.seed is None:
            return nullcontext()
        return backend.fixed_seed([self.seed, self._numbers[id(layer)]])

    def _backward(self, layer: Layer, dy: Array | None) -> Array | None:
        if dy is None or not layer.training:  # no gradient goes into frozen first layers
            return None
        if not _is_container(layer):
            record = self._by_id[id(layer)]
            record.output_gradient, record.input_gradient = dy, layer.backward(dy)
            return record.input_gradient
        children = list(layer.children().values())
        if isinstance(layer, Concat):
            parts = zip(children, layer.split(dy), strict=True)
            return _sum([self._backward(child, part) for child, part in parts])
        if isinstance(layer, Residual):
            gradients = [self._backward(child, dy) for child in children]
            return _sum(gradients if len(gradients) > 1 else [*gradients, dy])
        gradient: Array | None = dy
        for child in reversed(children):
            gradient = self._backward(child, gradient)
        return gradient


def _sum(gradients: Sequence[Array | None]) -> Array | None:
    """The sum of the gradients of all branches; None if a branch begins with frozen layers."""
    total, *others = gradients
    for gradient in others:
        total = None if total is None or gradient is None else total + gradient
    return total


def _is_container(layer: Layer) -> bool:
    """Whether a layer passes its input through its children as the package's containers do."""
    return any(
        isinstance(layer, kind)
        and type(layer).forward is kind.forward
        and type(layer).backward is kind.backward
        for kind in (Sequential, Concat, Residual)
    )
