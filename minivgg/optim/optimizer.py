"""What an optimizer is: it alone changes weights, by the gradients of its parameters."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from minivgg import backend
from minivgg.backend import Array

if TYPE_CHECKING:  # optim and layers do not import each other
    from minivgg.layers import Parameter

Parameters: TypeAlias = "Mapping[str, Parameter] | Iterable[Parameter]"


class Optimizer(ABC):
    """What all optimizers share: parameters by name, a learning rate, a state to save.

    An optimizer of your own defines ``step``, ``state_dict`` and ``load_state_dict``. An object of
    another class serves ``Trainer`` as well if it has these methods, ``parameters`` and ``lr``. The
    guide "Your own parts" (docs/guides/your-own-parts.md) has Adam as an example.

    Parameters
    ----------
    parameters : mapping of str to Parameter, or sequence of Parameter
        What is learned, such as ``net.parameters()``.
    lr : float
        The learning rate.

    Attributes
    ----------
    parameters : dict of str to Parameter
        What is learned, by name.
    lr : float
        The learning rate of the next step; schedules change it.
    settings : tuple of str
        Names of the attributes that must be the same when training is resumed: numbers, text, and
        lists of them.

    Raises
    ------
    ValueError
        If there are no parameters, one is there twice, or the learning rate is negative or not
        finite.
    TypeError
        If the parameters are not Parameters, or the learning rate is no number.

    Examples
    --------
    The plain rule w ← w − lr · g, whose next step depends on no earlier one:

    >>> class PlainSGD(Optimizer):
    ...     def step(self):
    ...         for p in self.learned_parameters().values():
    ...             p.data -= self.lr * p.grad
    ...
    ...     def state_dict(self):
    ...         return {}
    ...
    ...     def load_state_dict(self, state):
    ...         pass

    >>> import numpy as np
    >>> from minivgg.layers import Parameter
    >>> w = Parameter(np.array([1.0, 2.0]))
    >>> w.grad = np.array([10.0, 0.0])
    >>> PlainSGD([w], lr=0.01).step()
    >>> w.data
    array([0.9, 2. ])
    """

    settings: tuple[str, ...] = ()

    def __init__(self, parameters: Parameters, lr: float) -> None:
        name = type(self).__name__
        parameters = _named(name, parameters)
        if len({id(p) for p in parameters.values()}) < len(parameters):
            raise ValueError(f"{name}: a parameter is in the list twice and would be updated twice")
        self.parameters = parameters
        self.lr = self._nonnegative("lr", lr)

    @abstractmethod
    def step(self) -> None:
        """Change every weight that is not frozen and has a gradient once, in place."""

    @abstractmethod
    def state_dict(self) -> dict[str, Array]:
        """What the next step depends on, besides the weights and the learning rate.

        Returns
        -------
        state : dict of str to array
            Copies. A number is an array without axes, ``np.array(number)``.
        """

    @abstractmethod
    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Continue from a state, of this process or another one.

        Parameters
        ----------
        state : mapping of str to array
            What ``state_dict`` returned; its arrays may be on another device.
        """

    def learned_parameters(self) -> "dict[str, Parameter]":
        """The parameters that a step changes: those that are not frozen and have a gradient.

        As in PyTorch, a parameter of which there is no gradient since ``zero_grad``, such as one of
        a layer that the forward pass did not use, stays as it is, without weight decay. Where
        several processes train together, its gradient is 0 instead (``training.gradient_reducer``).

        Returns
        -------
        parameters : dict of str to Parameter
            By name.

        Raises
        ------
        RuntimeError
            If the layer of one of them is in eval mode.
        """
        learned = {name: p for name, p in self.parameters.items() if not p.frozen}
        for name, p in learned.items():
            if p.read_only:
                raise RuntimeError(
                    f"{type(self).__name__}: the parameter {name!r} is read-only, because its "
                    "layer is in eval mode: call train() on the net before a training step"
                )
        return {name: p for name, p in learned.items() if p.has_grad}

    def zero_grad(self) -> None:
        """Set every gradient to zero."""
        for p in self.parameters.values():
            p.zero_grad()

    def _like_weights(self, name: str, saved: Array) -> Array:
        """A copy on the device and in the memory order of a parameter's weights."""
        weights = self.parameters[name].data
        own = backend.namespace(weights).empty_like(weights)
        own[...] = backend.to_device(saved, backend.device_of(own))
        return own

    def _nonnegative(self, name: str, value: float) -> float:
        """The value of a setting; an error if it is no number, negative or not finite."""
        if not isinstance(value, int | float | np.number | np.ndarray):
            raise TypeError(f"{type(self).__name__}: {name} must be a number, got {value!r:.60}")
        if not (isfinite(value) and value >= 0):
            raise ValueError(
                f"{type(self).__name__}: {name} must be a finite number of at least 0, got {value}"
            )
        return float(value)


def _named(optimizer: str, parameters: Parameters) -> "dict[str, Parameter]":
    """The parameters by name; an error for what is not a parameter."""
    if hasattr(parameters, "parameters"):
        raise TypeError(f"{optimizer}: got a net: pass its parameters, net.parameters()")
    if not isinstance(parameters, Mapping):
        parameters = {str(i): p for i, p in enumerate(parameters)}
    if not parameters:
        raise ValueError(f"{optimizer}: there are no parameters to optimize")
    for p in parameters.values():
        if not hasattr(p, "has_grad"):
            raise TypeError(
                f"{optimizer}: the parameters must be Parameters, got {type(p).__name__}: pass "
                "net.parameters() itself"
            )
    return dict(parameters)
