"""A parameter: an array that is learned, its gradient, and a cache for eval mode."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from minivgg import backend
from minivgg.backend import Array, Shape
from minivgg.backend.winograd import FilterCache
from minivgg.layers.initializers import Initializer
from minivgg.layers.initializers import get as get_initializer
from minivgg.layers.read_only import ReadOnlyView


class Parameter:
    """An array that is learned.

    Parameters
    ----------
    data : array
        The first numbers; not copied.

    Attributes
    ----------
    data : array
        The numbers themselves. In eval mode they are read-only: call ``train()`` on the layer
        before writing to them. Assigning another array is always possible.
    grad : array
        The gradient of the loss, added up since the last ``zero_grad``; of the shape of ``data``.
    frozen : bool
        Whether optimizers leave the parameter as it is.
    cache : dict or None
        In eval mode a place for what is computed from ``data``, such as Winograd's transformed
        filters; None while ``data`` may change.
    post_accumulate_grad_hook : function or None
        Called with the parameter when a gradient has been added.
    """

    def __init__(self, data: Array) -> None:
        self._data = data
        self._grad: Array | None = None
        self.cache: FilterCache | None = None
        self.frozen = False
        self.post_accumulate_grad_hook: Callable[[Parameter], None] | None = None

    @property
    def data(self) -> Array:
        """The array; in eval mode a view whose error for a write says to call ``train()``."""
        if self.read_only and isinstance(self._data, np.ndarray):
            return self._data.view(ReadOnlyView)
        return self._data

    @data.setter
    def data(self, value: Array) -> None:
        self.make_writable()
        self._data = value

    @property
    def array(self) -> Array:
        """The array itself, as layers read it."""
        return self._data

    @property
    def read_only(self) -> bool:
        """Whether the array is protected from writes, as it is in eval mode."""
        return self.cache is not None

    def make_read_only(self) -> None:
        """Protect the array from writes and open the ``cache``.

        A write to ``data`` is then an error that says to call ``train()``. A view that was taken
        before stays writable, and CuPy arrays cannot be protected: to write through either, call
        ``train()`` on the layer first and ``eval()`` again afterwards.
        """
        if not self.read_only:
            self.cache = {}
            if isinstance(self._data, np.ndarray):
                self._was_writable = self._data.flags.writeable
                self._data.flags.writeable = False

    def make_writable(self) -> None:
        """Allow writes to the array again, and drop what was computed from it."""
        if self.read_only:
            self.cache = None
            if isinstance(self._data, np.ndarray) and self._was_writable:
                try:
                    self._data.flags.writeable = True
                except ValueError:  # memory of another object, such as the bytes of a pickle
                    self._data = self._data.copy(order="K")

    @property
    def grad(self) -> Array:
        """The gradient added up since the last ``zero_grad``."""
        if self._grad is None:  # no memory is taken for a gradient before there is one
            self._grad = backend.namespace(self._data).zeros_like(self._data)
        return self._grad

    @grad.setter
    def grad(self, value: Array) -> None:
        self._grad = value

    def add_grad(self, g: Array) -> None:
        """Add to the gradient, unless frozen.

        Parameters
        ----------
        g : array of the shape and dtype of data
            An array that nobody else holds: it may be kept and written to.

        Raises
        ------
        ValueError
            If the shape is another one.
        TypeError
            If the dtype is another one.
        """
        if self.frozen:
            return
        data = self._data
        if getattr(g, "shape", None) != data.shape or g.dtype != data.dtype:
            raise _misfit(g, data)
        if self._grad is None:
            self._grad = g
        else:
            self._grad += g
        if self.post_accumulate_grad_hook:
            self.post_accumulate_grad_hook(self)

    @property
    def has_grad(self) -> bool:
        """Whether there is a gradient since the last ``zero_grad``."""
        return self._grad is not None

    def zero_grad(self) -> None:
        """Set the gradient to zero."""
        self._grad = None

    def to(self, move: Callable[[Array], Array]) -> None:
        """Replace data and gradient, for example by copies on another device.

        In eval mode the data stays read-only.

        Parameters
        ----------
        move : callable
            Array -> array that replaces it.
        """
        read_only = self.read_only
        self.data = move(self._data)
        self._grad = None if self._grad is None else move(self._grad)
        if read_only:
            self.make_read_only()

    def __getstate__(self) -> dict[str, Any]:
        """A copy starts with an empty cache; NumPy does not copy whether an array is protected."""
        return self.__dict__ | {"cache": None if self.cache is None else {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state
        if self.read_only and isinstance(self._data, np.ndarray):
            self._data.flags.writeable = False

    def __repr__(self) -> str:
        return f"Parameter{self._data.shape}"


def _misfit(g: Array, data: Array) -> ValueError | TypeError:
    """The error for a gradient whose shape or dtype is not that of its parameter."""
    shape = getattr(g, "shape", None)
    if shape is None:
        return TypeError(f"add_grad: the gradient must be an array, got {type(g).__name__}")
    if shape != data.shape:
        return ValueError(
            f"add_grad: the gradient has shape {shape}, the parameter {data.shape}: sum it over "
            "the axes along which the parameter is repeated"
        )
    return TypeError(f"add_grad: the gradient is {g.dtype}, the parameter {data.dtype}")


def new_parameter(shape: Shape, initializer: str | Initializer) -> Parameter:
    """Make a parameter with initial weights, on the default device.

    Parameters
    ----------
    shape : tuple
        Of the weights: filters (O, I, kh, kw), a matrix (out, in), or (O,).
    initializer : str or callable
        See ``initializers.get``.

    Returns
    -------
    parameter : Parameter
        In float32, without a gradient yet.
    """
    stream = cast(np.random.Generator, backend.rng("cpu"))
    data = get_initializer(initializer)(shape, stream)
    return Parameter(backend.to_device(data, backend.device()))
