"""What a layer is: parameters by name, what is saved between forward and backward, and two modes.

``forward(x)`` computes the output; ``backward(dy)`` takes the gradient of the loss with respect to
that output, returns the gradient with respect to the input, and *adds* the gradients of the
parameters to ``Parameter.grad``.
"""

from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from minivgg import backend, ops
from minivgg.layers.parameter import Parameter

_in_eval_mode = ContextVar("ids of the layers that this context evaluates", default=frozenset())


class Layer:
    """What all layers share: modes, parameters by name, saving and loading, moving between devices.

    Examples
    --------
    A custom layer computes its output, saves what backward needs, and returns gradients:

    >>> class Square(Layer):
    ...     def forward(self, x):
    ...         return self._save_for_backward(x * x, x)
    ...     def backward(self, dy):
    ...         return dy * 2 * self._saved()
    >>> layer = Square()
    >>> layer(np.array([3.0])), layer.backward(np.array([1.0]))
    (array([9.]), array([6.]))
    """

    buffers = ()  # names of attributes that are saved with the parameters but not learned
    random = False  # whether training draws random numbers here

    # values of the class, so that a subclass need not call super().__init__()
    _training = True
    saved = None  # what forward saved for backward

    @property
    def training(self) -> bool:
        """Whether the layer is in training mode; False as well inside of ``eval_mode``."""
        return self._training and id(self) not in _in_eval_mode.get()

    @training.setter
    def training(self, value):
        self._training = value

    def forward(self, x):
        """The layer's output for the input x."""
        raise NotImplementedError

    def backward(self, dy):
        """The gradient with respect to the input, given that with respect to the output.

        Adds each parameter's gradient to its ``Parameter.grad``. Raises ``RuntimeError`` without a
        forward pass in training mode before it.
        """
        raise NotImplementedError

    def backward_parameters(self, dy):
        """As ``backward`` for a training step, where only the parameters' gradients are wanted.

        The first layer of a net need not compute the gradient with respect to its input, and what
        forward saved is cleared layer by layer, so that its memory is free as soon as possible.
        """
        self.backward(dy)
        self.clear_saved()

    def clear_saved(self):
        """Drop what forward saved for backward, in this layer and those inside it."""
        self.saved = None
        for child in self.children().values():
            child.clear_saved()

    def output_shape(self, shape):
        """The shape of the output for one input of ``shape`` (without N)."""
        return shape

    def macs(self, shape):
        """Multiply-adds of convolutions and matrix products for one input of ``shape``.

        Other arithmetic is not counted.
        """
        return 0

    def children(self):
        """{name: layer} of the layers inside this one, those of lists and dicts included.

        The second layer of a list ``self.blocks`` has the name "blocks.1", as in PyTorch's
        ``ModuleList``.
        """
        return {name: value for name, value in _members(self) if isinstance(value, Layer)}

    def descendants(self):
        """Yield this layer and all layers inside it."""
        yield self
        for child in self.children().values():
            yield from child.descendants()

    def parameters(self):
        """Ordered {name: Parameter} of this layer and the layers inside it.

        Names are torchvision's ("features.0.weight").
        """
        return {name: value for name, _, key, value in self._entries() if key is None}

    def zero_grad(self):
        """Set the gradient of every parameter to zero."""
        for p in self.parameters().values():
            p.zero_grad()

    def train(self, training=True):
        """Switch this layer and those inside it to training mode; returns the layer.

        Leading layers in which training changes nothing (see ``freeze``) stay in eval mode, where
        they cost the least. ``train(False)`` is ``eval()``.
        """
        self._set_mode(training)
        if training:
            self._set_frozen_prefix_to_eval()
        return self

    def eval(self):
        """Switch this layer and those inside it to eval mode; returns the layer.

        Dropout is off, batch norm uses its running statistics, and nothing is saved for backward.
        Parameters become read-only, so that what is computed from them (Winograd's transformed
        filters) can be used again: writing to them raises an error; call ``train()`` first.
        ``load_state_dict`` and ``to`` work in both modes. To evaluate a net during its training,
        see ``eval_mode``.
        """
        return self.train(False)

    def freeze(self, frozen=True):
        """Exclude all parameters of this layer from training (False: include them again).

        Returns the layer.
        """
        for p in self.parameters().values():
            p.frozen = frozen
        return self

    def is_fixed(self):
        """Whether training changes nothing here: no parameter is learned and nothing is random."""
        learned = any(not p.frozen for p in self.parameters().values())
        return not learned and not any(layer.random for layer in self.descendants())

    def _set_mode(self, training):
        for layer in self.descendants():
            layer.training = training
            if not training:
                layer.saved = None
        for p in self.parameters().values():
            if training:
                p.make_writable()
            else:
                p.make_read_only()

    def _set_frozen_prefix_to_eval(self):
        """Put fixed layers at the beginning, where no gradient is needed, into eval mode."""

    def arrays(self):
        """Ordered {name: array} of all parameters and buffers themselves.

        Writing to them changes the layer; in eval mode, do so inside of ``writable()``.
        """
        return {
            name: value.array if key is None else value for name, _, key, value in self._entries()
        }

    @contextmanager
    def writable(self):
        """Inside the block the parameters can be written to, in eval mode as well."""
        read_only = [p for p in self.parameters().values() if p.read_only]
        for p in read_only:
            p.make_writable()
        try:
            yield self
        finally:
            for p in read_only:
                p.make_read_only()

    def state_dict(self):
        """Ordered {name: array} of copies of all parameters and buffers."""
        return {name: array.copy() for name, array in self.arrays().items()}

    def load_state_dict(self, state, strict=True):
        """Copy the arrays of ``state`` into the parameters and buffers.

        Each is converted to this layer's own dtype and device. strict: every name must be there
        and no other. Raises ``ValueError`` for names or shapes that do not fit, before any change.
        """
        own = self.arrays()
        missing, extra = [n for n in own if n not in state], [n for n in state if n not in own]
        if strict and (missing or extra):
            complaints = [
                f"{what} {_first_names(names)}"
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

    def to(self, device=None, dtype=None):
        """Move all parameters and buffers to a device and a dtype; returns the layer.

        device: "cpu" or "gpu". dtype: float32 or float64. Raises ``TypeError`` for another dtype,
        and for a device what ``backend.use`` raises.
        """
        if dtype is not None and np.dtype(dtype).name not in ops.FLOATS:
            raise TypeError(f"a layer computes in float32 or float64, not {np.dtype(dtype).name}")

        def move(a):
            a = a if dtype is None or a.dtype.kind != "f" else a.astype(dtype, copy=False)
            return a if device is None else backend.to_device(a, device)

        for _, owner, key, value in self._entries():
            if key is None:
                value.to(move)
            else:
                setattr(owner, key, move(value))
        return self

    def _entries(self, prefix=""):
        """(name, owner, attribute or None, value) of each parameter and buffer, in order.

        The attribute is that of a buffer, in the layer that owns it; None for a parameter.
        """
        for key, value in _members(self):
            if isinstance(value, Parameter):
                yield prefix + key, self, None, value
            elif key in self.buffers:
                yield prefix + key, self, key, value
        for name, child in self.children().items():
            yield from child._entries(f"{prefix}{name}.")

    def _save_for_backward(self, y, saved):
        """Save what backward needs, in training mode; returns y, the output."""
        if self.training:
            self.saved = saved
        return y

    def _saved(self):
        """What forward saved; ``RuntimeError`` where there was no forward pass in training mode."""
        if self.saved is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward() needs a forward pass in training mode first "
                "(layer.train()), and must not be frozen"
            )
        return self.saved

    def __call__(self, x):
        """The same as ``forward``."""
        return self.forward(x)

    def __repr__(self):
        return f"{type(self).__name__}()"


@contextmanager
def eval_mode(layer):
    """Inside the block, and for this thread only, a layer computes as in eval mode.

    Unlike ``layer.eval()`` this changes nothing in the layer: neither its mode, nor what it saved
    for backward, nor its arrays. So a net can be evaluated during its training, and by several
    threads at once. Nothing is computed in advance; for many images, ``layer.eval()`` is faster.

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


def _members(layer):
    """(name, value) of each attribute, and of each item of an attribute that is a list or dict.

    Not of what forward saved, nor of an item that is an attribute as well.
    """
    attributes = {name: value for name, value in vars(layer).items() if name != "saved"}
    ids = set(map(id, attributes.values()))
    for name, value in attributes.items():
        yield name, value
        items = value.items() if isinstance(value, dict) else ()
        items = enumerate(value) if isinstance(value, list | tuple) else items
        yield from ((f"{name}.{key}", item) for key, item in items if id(item) not in ids)


def _first_names(names, most=3):
    """The first names of a list, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if names[most:] else "")
