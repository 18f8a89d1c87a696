"""What an optimizer is: it alone changes weights, by the gradients of its parameters."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from math import isfinite


class Optimizer(ABC):
    """What all optimizers share: parameters by name, a learning rate, a state to save.

    A new optimizer defines ``step``, ``state_dict`` and ``load_state_dict``. An object of another
    class serves ``Trainer`` as well if it has these methods, ``parameters`` and ``lr``. The guide
    "Your own parts" (docs/guides/your-own-parts.md) has Adam as an example.

    Parameters
    ----------
    parameters : dict or list
        {name: Parameter} from ``layer.parameters()``, or a list of Parameters.
    lr : float
        The learning rate; a schedule changes the attribute ``lr``.

    Raises
    ------
    ValueError
        For an empty list of parameters, a parameter that is in it twice, or a learning rate that
        is negative or not finite.

    Examples
    --------
    >>> class PlainSGD(Optimizer):
    ...     def step(self):
    ...         for p in self.learned_parameters().values():
    ...             p.data -= self.lr * p.grad
    ...     def state_dict(self):
    ...         return {}  # the next step depends on no earlier one
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

    settings = ()  # names of attributes that must be the same when a training is resumed

    def __init__(self, parameters, lr):
        name = type(self).__name__
        if not isinstance(parameters, Mapping):
            parameters = {str(i): p for i, p in enumerate(parameters)}
        if not parameters:
            raise ValueError(f"{name}: there are no parameters to optimize")
        if len({id(p) for p in parameters.values()}) < len(parameters):
            raise ValueError(f"{name}: a parameter is in the list twice and would be updated twice")
        self.parameters = dict(parameters)
        self.lr = float(self._nonnegative("lr", lr))

    @abstractmethod
    def step(self):
        """Change every weight that is not frozen once, in place, by its gradient."""

    @abstractmethod
    def state_dict(self):
        """{name: array}: copies of what the next step depends on, besides weights and lr."""

    @abstractmethod
    def load_state_dict(self, state):
        """Continue with what ``state_dict`` returned, here or in another process."""

    def learned_parameters(self):
        """{name: Parameter} of the parameters that are not frozen.

        Raises ``RuntimeError`` for a parameter whose layer is in eval mode.
        """
        learned = {name: p for name, p in self.parameters.items() if not p.frozen}
        for name, p in learned.items():
            if p.read_only:
                raise RuntimeError(
                    f"{type(self).__name__}: the parameter {name!r} is read-only, because its "
                    "layer is in eval mode: call train() on the net before a training step"
                )
        return learned

    def zero_grad(self):
        """Set every gradient to zero."""
        for p in self.parameters.values():
            p.zero_grad()

    def _nonnegative(self, name, value):
        """The value of a setting; raises ``ValueError`` if it is negative or not finite."""
        if not (isfinite(value) and value >= 0):
            raise ValueError(
                f"{type(self).__name__}: {name} must be a finite number of at least 0, got {value}"
            )
        return value
