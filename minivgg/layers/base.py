"""What a layer is: parameters by name, what is saved between forward and backward, and two modes.

``forward(x)`` computes the output; ``backward(dy)`` takes the gradient of the loss with respect to
that output, returns the gradient with respect to the input, and *adds* the gradients of the
parameters to ``Parameter.grad``.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeAlias, TypeVar

import numpy as np

from minivgg import backend, ops
from minivgg.backend import Array, DType, Shape
from minivgg.layers.parameter import Parameter
from minivgg.utils.printable_text import listed

# tuples: a union would be made anew for each isinstance
COLLECTIONS = (dict, list, tuple)
UNORDERED = (set, frozenset, deque)  # what is in them has no name that stays the same
PLAIN = {bool, int, float, str, type(None), np.ndarray}  # hold no layers, so they are not searched
MAX_NAMED = 3  # parameters in a message

AnyLayer = TypeVar("AnyLayer", bound="Layer")
SavedValue: TypeAlias = Any  # of any kind: a layer unpacks what it has saved itself
_in_eval_mode: ContextVar[frozenset[int]] = ContextVar(
    "ids of the layers that this context evaluates", default=frozenset()
)


class Layer:
    """What all layers share: modes, parameters by name, saving and loading, moving between devices.

    A layer of your own defines ``forward`` and ``backward``. Attributes that are a ``Parameter`` or
    a layer are found by themselves, and so are those in lists, tuples and dicts; those in a set or
    a deque are refused when the parameters are first asked for. ``output_shape`` is needed where
    the shape changes. ``models.summary`` also reads ``macs``, the number of
    multiply-adds, and the optional attributes ``kernel_size`` and ``stride``, each an int or a pair
    (height, width): which pixels of its input one output pixel depends on. What a layer with
    weights does not declare is shown as "?". The guide "Your own parts"
    (docs/guides/your-own-parts.md) has examples.

    Attributes
    ----------
    training : bool
        Whether the layer is in training mode; False as well inside of ``eval_mode``.
    buffers : tuple of str
        Names of attributes that are saved with the parameters but not learned.
    random : bool
        Whether training draws random numbers here.
    saved : object
        What the last forward pass in training mode saved for backward.

    Examples
    --------
    A custom layer computes its output, saves what backward needs, and returns gradients:

    >>> class Square(Layer):
    ...     def forward(self, x):
    ...         return self.save_for_backward(x * x, x)
    ...
    ...     def backward(self, dy):
    ...         return dy * 2 * self.saved_for_backward()
    >>> layer = Square()
    >>> layer(np.array([3.0])), layer.backward(np.array([1.0]))
    (array([9.]), array([6.]))
    """

    buffers: tuple[str, ...] = ()
    random: bool = False

    # values of the class, so that a subclass need not call super().__init__()
    _training: bool = True
    saved: object = None

    @property
    def training(self) -> bool:
        """Whether the layer is in training mode; False as well inside of ``eval_mode``."""
        return self._training and id(self) not in _in_eval_mode.get()

    @training.setter
    def training(self, value: bool) -> None:
        self._training = value

    def forward(self, x: Array) -> Array:
        """Compute the layer's output, and save what ``backward`` needs.

        Parameters
        ----------
        x : array
            The input; its first axis is the batch.

        Returns
        -------
        y : array
            The output.
        """
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, dy: Array) -> Array:
        """Compute the gradient with respect to the input from that with respect to the output.

        Each parameter's gradient is added to its ``Parameter.grad``.

        Parameters
        ----------
        dy : array of the shape of y
            The gradient of the loss with respect to the output of the last forward pass.

        Returns
        -------
        dx : array of the shape of x
            The gradient of the loss with respect to its input.

        Raises
        ------
        RuntimeError
            If there was no forward pass in training mode.
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward")

    def backward_parameters(self, dy: Array) -> None:
        """As ``backward`` for a training step, where only the parameters' gradients are wanted.

        The first layer of a net need not compute the gradient with respect to its input, and what
        forward saved is cleared layer by layer, so that its memory is free as soon as possible.

        Parameters
        ----------
        dy : array of the shape of y
            The gradient of the loss with respect to the output of the last forward pass.
        """
        self.backward(dy)
        self.clear_saved()

    def clear_saved(self) -> None:
        """Drop what forward saved for backward, in this layer and those inside it."""
        self.saved = None
        for child in self.children().values():
            child.clear_saved()

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of the output for one input.

        Parameters
        ----------
        shape : tuple
            The shape of the input without the batch: (C, H, W) or (D,).

        Returns
        -------
        shape : tuple
            The shape of the output without the batch.
        """
        return shape

    def macs(self, shape: Shape) -> int:
        """Multiply-adds of convolutions and matrix products for one input.

        Parameters
        ----------
        shape : tuple
            The shape of the input without the batch: (C, H, W) or (D,).

        Returns
        -------
        count : int
            Each multiplication with its addition is one. Other arithmetic is not counted.
        """
        return 0

    def children(self) -> Mapping[str, "Layer"]:
        """The layers inside this one: attributes, and items of lists, tuples and dicts.

        The second layer of a list ``self.blocks`` has the name "blocks.1", as in PyTorch's
        ``ModuleList``; in a list of lists it is "blocks.0.1".

        Returns
        -------
        layers : mapping of str to Layer
            By name, in order.
        """
        return {name: value for name, value in _members(self) if isinstance(value, Layer)}

    def descendants(self) -> Iterator["Layer"]:
        """The layer itself and all layers inside it, at any depth.

        Yields
        ------
        layer : Layer
            An outer layer before its inner ones.
        """
        yield self
        for child in self.children().values():
            yield from child.descendants()

    def parameters(self) -> dict[str, Parameter]:
        """The parameters of this layer and of the layers inside it.

        Returns
        -------
        parameters : dict of str to Parameter
            In order. Names are torchvision's: "features.0.weight".
        """
        return {
            name: value for name, _, _, value in self._entries() if isinstance(value, Parameter)
        }

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to zero."""
        for p in self.parameters().values():
            p.zero_grad()

    def train(self, training: bool = True) -> Self:
        """Switch this layer and those inside it to training mode.

        Leading layers in which training changes nothing (see ``freeze``) stay in eval mode, where
        they cost the least.

        Parameters
        ----------
        training : bool
            ``train(False)`` is ``eval()``.

        Returns
        -------
        layer : Layer
            The layer itself.
        """
        self._set_mode(training)
        if training:
            self._set_frozen_prefix_to_eval()
        return self

    def eval(self) -> Self:
        """Switch this layer and those inside it to eval mode.

        Dropout is off, batch norm uses its running statistics, and nothing is saved for backward.
        Parameters become read-only, so that what is computed from them (Winograd's transformed
        filters) can be used again: writing to them raises an error; call ``train()`` first.
        ``load_state_dict`` and ``to`` work in both modes. To evaluate a net during its training,
        see ``eval_mode``.

        Returns
        -------
        layer : Layer
            The layer itself.
        """
        return self.train(False)

    def freeze(self, frozen: bool = True) -> Self:
        """Exclude all parameters of this layer, and of those inside it, from training.

        Parameters
        ----------
        frozen : bool
            False includes them again.

        Returns
        -------
        layer : Layer
            The layer itself.
        """
        for p in self.parameters().values():
            p.frozen = frozen
        return self

    def is_fixed(self) -> bool:
        """Whether training changes nothing here.

        Returns
        -------
        fixed : bool
            True if no parameter is learned and nothing is random.
        """
        learned = any(not p.frozen for p in self.parameters().values())
        return not learned and not any(layer.random for layer in self.descendants())

    def _set_mode(self, training: bool) -> None:
        for layer in self.descendants():
            layer.training = training
            if not training:
                layer.saved = None
        for p in self.parameters().values():
            if training:
                p.make_writable()
            else:
                p.make_read_only()

    def _set_frozen_prefix_to_eval(self) -> None:
        """Put fixed layers at the beginning, where no gradient is needed, into eval mode."""

    def arrays(self) -> dict[str, Array]:
        """All parameters and buffers themselves.

        Writing to them changes the layer; in eval mode, do so inside of ``writable()``.

        Returns
        -------
        arrays : dict of str to array
            In order, under the names of ``state_dict``.
        """
        return {
            name: value.array if isinstance(value, Parameter) else value
            for name, _, _, value in self._entries()
        }

    @contextmanager
    def writable(self) -> Iterator[Self]:
        """Inside the block the parameters can be written to, in eval mode as well.

        Yields
        ------
        layer : Layer
            The layer itself.
        """
        read_only = [p for p in self.parameters().values() if p.read_only]
        for p in read_only:
            p.make_writable()
        try:
            yield self
        finally:
            for p in read_only:
                p.make_read_only()

    def state_dict(self) -> dict[str, Array]:
        """Copies of all parameters and buffers.

        Returns
        -------
        state : dict of str to array
            In order. Names are torchvision's: "features.0.weight".
        """
        return {name: array.copy() for name, array in self.arrays().items()}

    def load_state_dict(self, state: Mapping[str, Array], strict: bool = True) -> None:
        """Copy arrays into the parameters and buffers.

        Parameters
        ----------
        state : mapping of str to array
            As from ``state_dict``. Each array is converted to this layer's own dtype and device.
        strict : bool
            Whether every name must be there and no other.

        Raises
        ------
        ValueError
            If names or shapes do not fit; nothing has been changed then.
        """
        own = self.arrays()
        missing, extra = [n for n in own if n not in state], [n for n in state if n not in own]
        if strict and (missing or extra):
            complaints = [
                f"{what} {listed(names, MAX_NAMED)}"
                for what, names in (("lacks", missing), ("has unknown", extra))
                if names
            ]
            raise ValueError(
                f"these weights belong to another network: the state {' and '.join(complaints)}"
            )
        for name, array in own.items():
            if name in state and state[name].shape != array.shape:
                raise ValueError(
                    f"these weights belong to another network: {name} has shape "
                    f"{state[name].shape} here, expected {array.shape}"
                )
        with self.writable():
            for name, array in own.items():
                if name in state:
                    array[...] = backend.to_device(state[name], backend.device_of(array))

    def to(self, device: str | None = None, dtype: DType | None = None) -> Self:
        """Move all parameters and buffers to a device and a dtype.

        Parameters
        ----------
        device : {"cpu", "gpu"}, optional
            By default they stay where they are. Errors are those of ``backend.use``.
        dtype : dtype, optional
            Float32 or float64, by default the one that they have.

        Returns
        -------
        layer : Layer
            The layer itself.

        Raises
        ------
        TypeError
            If the dtype is another one.
        """
        if dtype is not None and np.dtype(dtype).name not in ops.FLOATS:
            raise TypeError(f"a layer computes in float32 or float64, not {np.dtype(dtype).name}")

        def move(a: Array) -> Array:
            a = a if dtype is None or a.dtype.kind != "f" else a.astype(dtype, copy=False)
            return a if device is None else backend.to_device(a, device)

        for _, owner, key, value in self._entries():
            if isinstance(value, Parameter):
                value.to(move)
            else:
                setattr(owner, key, move(value))
        return self

    def _entries(self, prefix: str = "") -> Iterator[tuple[str, "Layer", str, Parameter | Array]]:
        """(name, layer that owns it, its name there, value) of parameters and buffers, in order."""
        members = list(_members(self))
        for key, value in members:
            if isinstance(value, Parameter):
                yield prefix + key, self, key, value
            elif key in self.buffers:
                array: Array = getattr(self, key)
                yield prefix + key, self, key, array
        for name, child in self._children_among(members).items():
            yield from child._entries(f"{prefix}{name}.")

    def _children_among(self, members: Sequence[tuple[str, object]]) -> Mapping[str, "Layer"]:
        """``children()``, without another search unless a subclass has its own."""
        if type(self).children is not Layer.children:
            return self.children()
        return {name: value for name, value in members if isinstance(value, Layer)}

    def save_for_backward(self, y: Array, saved: object) -> Array:
        """Save what ``backward`` needs, if the layer is in training mode.

        Parameters
        ----------
        y : array
            The output.
        saved : object
            What ``saved_for_backward`` is to return, except None; often a tuple of arrays.

        Returns
        -------
        y : array
            The output, so that ``forward`` can end with this call.
        """
        if self.training:
            self.saved = saved
        return y

    def saved_for_backward(self) -> SavedValue:
        """What the last forward pass has saved.

        Returns
        -------
        saved : object
            The second argument of ``save_for_backward``.

        Raises
        ------
        RuntimeError
            If there was no forward pass in training mode.
        """
        if self.saved is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward() needs a forward pass in training mode first "
                "(layer.train()), and must not be frozen"
            )
        return self.saved

    def __call__(self, x: Array) -> Array:
        """The same as ``forward``."""
        return self.forward(x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


@contextmanager
def eval_mode(layer: AnyLayer) -> Iterator[AnyLayer]:
    """Inside the block, and for this thread only, a layer computes as in eval mode.

    Unlike ``layer.eval()`` this changes nothing in the layer: neither its mode, nor what it saved
    for backward, nor its arrays. So a net can be evaluated during its training, and by several
    threads at once. Nothing is computed in advance; for many images, ``layer.eval()`` is faster.

    Parameters
    ----------
    layer : Layer
        A layer or a net.

    Yields
    ------
    layer : Layer
        The layer itself.

    Examples
    --------
    >>> from minivgg.layers import Dropout
    >>> dropout, x = Dropout(0.5), np.ones(4)
    >>> with eval_mode(dropout):
    ...     dropout(x)
    array([1., 1., 1., 1.])
    >>> dropout.training
    True
    """
    ids = frozenset(map(id, layer.descendants()))
    token = _in_eval_mode.set(_in_eval_mode.get() | ids)
    try:
        yield layer
    finally:
        _in_eval_mode.reset(token)


def _members(layer: Layer) -> Iterator[tuple[str, object]]:
    """(name, value) of attributes, and of items of an attribute that is a list or dict.

    Not of what forward saved, of a number, a text or an array that is no buffer, nor of an item
    that is an attribute as well.
    """
    attributes = [item for item in vars(layer).items() if item[0] != "saved"]
    ids = None  # of the attributes, once an item has to be compared with them
    for name, value in attributes:
        if type(value) not in PLAIN or name in layer.buffers:
            yield name, value
        if isinstance(value, COLLECTIONS):
            for key, item in _items(value):
                ids = ids or {id(attribute) for _, attribute in attributes}
                if id(item) not in ids:
                    yield f"{name}.{key}", item
        elif isinstance(value, UNORDERED):
            _require_no_layers(layer, name, value)


def _items(collection: Any) -> Iterator[tuple[object, object]]:
    """(key or index, item) of a dict, list or tuple and of those inside it, but for plain items."""
    pairs = collection.items() if isinstance(collection, dict) else enumerate(collection)
    for key, item in pairs:
        if type(item) in PLAIN:
            continue
        yield key, item
        if isinstance(item, COLLECTIONS) and not hasattr(item, "_fields"):  # no NamedTuple
            for inner, value in _items(item):
                yield f"{key}.{inner}", value


def _require_no_layers(layer: Layer, name: str, values: Iterable[object]) -> None:
    if any(isinstance(value, Layer | Parameter) for value in values):
        raise TypeError(
            f"{type(layer).__name__}: the layers and parameters in {name} would not be learned or "
            f"saved, because a {type(values).__name__} gives them no names: use a list or a dict"
        )
