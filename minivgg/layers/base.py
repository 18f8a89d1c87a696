"""What a layer is: parameters by name, a memory between forward and backward, and a switch between training and testing.

``forward(x)`` computes the output; ``backward(dy)`` takes the gradient of the loss with respect to that output, returns the
gradient with respect to the input, and *adds* the gradients of the parameters to ``Parameter.grad``.
"""

from sys import getrefcount

import numpy as np

from minivgg import backend, ops
from minivgg.layers import initializers


class Parameter:
    """An array that is learned: ``data``, and ``grad``, the gradient of the loss, of the same shape."""

    def __init__(self, data):
        self._data, self._derived = data, {}
        self._grad = None  # memory for a gradient is taken only when there is one
        self.frozen = False  # whether optimizers leave it as it is
        self.arrived = None  # a function to be told when a gradient has been added, such as one that sends it away

    @property
    def data(self):
        """The array. Whoever asks for it may write to it, so what was derived from it is forgotten."""
        self._derived = {}
        return self._data

    @data.setter
    def data(self, value):
        self._data, self._derived = value, {}

    def unchanged(self):
        """The array, to be read only, and a dict for what is derived from it: empty again when the array can have changed since.

        It cannot where nobody has asked for ``data`` since and nobody holds the array or a view of it. So inference need not transform
        the filters each time, and writing to ``layer.weight.data``, now or later, through any view, still always counts.
        """
        if _holders(self._data) != _holders(
            _Lonely.data if self._data.base is None else _Lonely.view
        ):
            self._derived = {}
            return self._data, {}
        return self._data, self._derived

    @property
    def grad(self):
        """The gradient added up since the last ``zero_grad``."""
        if self._grad is None:
            self._grad = backend.namespace(self.data).zeros_like(self.data)
        return self._grad

    @grad.setter
    def grad(self, value):
        self._grad = value

    def add_grad(self, g):
        """Add g, an array that nobody else holds, to the gradient; a frozen parameter needs none."""
        if self.frozen:
            return
        if self._grad is None:
            self._grad = g
        else:
            self._grad += g
        if self.arrived:
            self.arrived(self)

    @property
    def has_grad(self):
        """Whether anything has been added since the last ``zero_grad``."""
        return self._grad is not None

    def zero_grad(self):
        """Set the gradient to zero."""
        self._grad = None

    def __repr__(self):
        return f"Parameter{self.data.shape}"


class _Lonely:
    """Arrays that nothing else refers to: how many references that is depends on the version of Python."""

    data = np.zeros((2, 1))
    view = np.zeros((2, 1)).T


def _holders(data):
    """How many references there are to an array and to the one whose memory it shows."""
    base = getattr(data, "base", None)
    if base is not None and (type(base) is not type(data) or base.base is not None):
        return None  # memory of something else, which anything may write to
    return getrefcount(data), None if base is None else getrefcount(base)


class Layer:
    """What all layers share: the training switch, parameters by name, saving and loading, moving between devices."""

    buffers = ()  # names of attributes that are saved with the parameters but not learned
    random = False  # whether training draws random numbers here

    def __init__(self):
        self.training = True
        self.saved = None

    def forward(self, x):
        """The layer's output for the input x."""
        raise NotImplementedError

    def backward(self, dy):
        """The gradient with respect to the input, given that with respect to the output; adds to the parameters' gradients.

        Raises ``RuntimeError`` without a forward pass in training mode before it.
        """
        raise NotImplementedError

    def backward_parameters(self, dy):
        """As ``backward`` for a training step, where only the parameters' gradients are wanted: lets go of what forward kept.

        The first layer of a net need not compute the gradient with respect to its input, and memory is free again as soon as possible.
        """
        self.backward(dy)
        self.forget()

    def forget(self):
        """Let go of what forward kept for backward, in this layer and those inside it."""
        self.saved = None
        for child in self.children().values():
            child.forget()

    def output_shape(self, shape):
        """The shape of the output for one input of ``shape`` (without N)."""
        return shape

    def macs(self, shape):
        """Multiply-adds of convolutions and matrix products for one input of ``shape``; other arithmetic is not counted."""
        return 0

    def children(self):
        """{name: layer} of the layers inside this one."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Layer)}

    def parameters(self):
        """Ordered {name: Parameter} of this layer and the layers inside it, named as in torchvision ("features.0.weight")."""
        return {
            name: owner.__dict__[key]
            for name, owner, key in self._entries()
            if key not in owner.buffers
        }

    def zero_grad(self):
        """Set the gradient of every parameter to zero."""
        for p in self.parameters().values():
            p.zero_grad()

    def train(self, training=True):
        """Switch this layer and those inside it to training, or with False to testing, which keeps nothing; returns the layer.

        Leading layers in which training changes nothing (see ``freeze``) stay in testing, where they cost the least.
        """
        self._switch(training)
        if training:
            self._rest()
        return self

    def freeze(self, frozen=True):
        """Let training leave all parameters of this layer as they are, or with False change them again; returns the layer."""
        for p in self.parameters().values():
            p.frozen = frozen
        return self

    def is_fixed(self):
        """Whether training changes nothing here: every parameter is frozen, or there is none, and nothing is random."""
        return (
            not self.random
            and all(p.frozen for p in self.parameters().values())
            and all(c.is_fixed() for c in self.children().values())
        )

    def _switch(self, training):
        self.training = training
        if not training:
            self.forget()
        for child in self.children().values():
            child._switch(training)

    def _rest(self):
        """Put what is fixed at the beginning, where no gradient is needed, into testing."""

    def eval(self):
        """Switch to testing: dropout off, batch norm by its running statistics, nothing kept for backward."""
        return self.train(False)

    def arrays(self):
        """Ordered {name: array} of all parameters and buffers themselves: who writes to them changes the layer."""
        return {name: _array(owner, key) for name, owner, key in self._entries()}

    def state_dict(self):
        """Ordered {name: array} of copies of all parameters and buffers."""
        return {name: array.copy() for name, array in self.arrays().items()}

    def load_state_dict(self, state, strict=True):
        """Copy the arrays of ``state`` into the parameters and buffers, each into this layer's own dtype and device.

        strict: every name must be there and no other. Raises ``ValueError`` for names or shapes that do not fit, before any change.
        """
        own = {name: (owner, key) for name, owner, key in self._entries()}
        missing, extra = [n for n in own if n not in state], [n for n in state if n not in own]
        if strict and (missing or extra):
            complaints = [
                f"{what} {_some(names)}"
                for what, names in (("lacks", missing), ("has unknown", extra))
                if names
            ]
            raise ValueError(
                f"these weights belong to another network: the file {' and '.join(complaints)}"
            )
        for name, (owner, key) in own.items():
            if name in state and state[name].shape != _array(owner, key).shape:
                wanted = _array(owner, key).shape
                raise ValueError(
                    f"these weights belong to another network: {name} has shape {state[name].shape} here, expected {wanted}"
                )
        for name, (owner, key) in own.items():
            if name in state:
                array = _array(owner, key)
                array[...] = backend.to_device(state[name], backend.device_of(array))

    def to(self, device=None, dtype=None):
        """Move all parameters and buffers to a device ("cpu", "gpu") and a dtype, float32 or float64; returns the layer.

        Raises ``TypeError`` for another dtype, and for a device what ``backend.use`` raises.
        """
        if dtype is not None and np.dtype(dtype).name not in ops.FLOATS:
            raise TypeError(f"a layer computes in float32 or float64, not {np.dtype(dtype).name}")

        def moved(a):
            a = a if dtype is None or a.dtype.kind != "f" else a.astype(dtype, copy=False)
            return a if device is None else backend.to_device(a, device)

        for _, owner, key in self._entries():
            if key in owner.buffers:
                setattr(owner, key, moved(getattr(owner, key)))
            else:
                p = getattr(owner, key)
                p.data, p._grad = moved(p.data), None if p._grad is None else moved(p._grad)
        return self

    def _entries(self, prefix=""):
        """(name, layer that owns it, attribute) of each parameter and buffer, in order."""
        for key, value in vars(self).items():
            if isinstance(value, Parameter) or key in self.buffers:
                yield prefix + key, self, key
        for name, child in self.children().items():
            yield from child._entries(f"{prefix}{name}.")

    def _remember(self, y, saved):
        self.saved = saved if self.training else None
        return y

    def _recall(self):
        if self.saved is None:
            name = type(self).__name__
            raise RuntimeError(
                f"{name}.backward() needs a forward pass in training mode first (layer.train()), and not to be frozen"
            )
        return self.saved

    def __call__(self, x):
        """The same as ``forward``."""
        return self.forward(x)

    def __repr__(self):
        return f"{type(self).__name__}()"


def new_parameter(shape, initializer):
    """A Parameter with drawn weights, on the default device."""
    data = initializers.get(initializer)(shape, backend.rng("cpu"))
    return Parameter(backend.to_device(data, backend.device()))


def _array(owner, key):
    value = getattr(owner, key)
    return value.data if isinstance(value, Parameter) else value


def _some(names, most=3):
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
