"""Stochastic gradient descent: the optimizer of the paper."""

from collections.abc import Mapping

from minivgg import backend
from minivgg.backend import Array
from minivgg.backend.kernels import kernels_of
from minivgg.optim.optimizer import Optimizer, Parameters


class SGD(Optimizer):
    """Gradient descent with momentum and weight decay, by the paper's rule.

    ::

        v ← momentum · v − lr · (weight_decay · w + g)
        w ← w + v

    The learning rate is inside the velocity: after a change of lr, earlier steps keep their length
    (PyTorch instead multiplies the whole velocity by the current lr). Weight decay acts on every
    parameter, biases included; the paper does not say.

    Parameters
    ----------
    parameters : mapping of str to Parameter, or sequence of Parameter
        What is learned, such as ``net.parameters()``.
    lr : float, default 1e-2
        The learning rate. All defaults are the paper's.
    momentum : float, default 0.9
        The share of the velocity that is kept, from 0 to below 1.
    weight_decay : float, default 5e-4
        How strongly each weight is drawn to 0.
    nesterov : bool, default False
        Step to where the momentum is about to lead,
        w ← w + momentum · v_new − lr · (weight_decay · w + g).

    Raises
    ------
    ValueError
        If a setting is negative or not finite, the momentum is 1 or more, there are no parameters,
        or one is there twice.

    References
    ----------
    Simonyan & Zisserman (2014), §3.1; the rule itself is in Krizhevsky et al. (2012), §5.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg.layers import Parameter
    >>> w = Parameter(np.array([1.0]))
    >>> sgd = SGD([w], lr=0.1, momentum=0.5, weight_decay=0.0)
    >>> for _ in range(2):
    ...     w.grad = np.array([1.0])  # v = −0.1, then −0.05 − 0.1
    ...     sgd.step()
    >>> w.data
    array([0.75])
    """

    settings = ("momentum", "weight_decay", "nesterov")

    def __init__(
        self,
        parameters: Parameters,
        lr: float = 1e-2,
        momentum: float = 0.9,
        weight_decay: float = 5e-4,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, lr)
        self.momentum = self._nonnegative("momentum", momentum)
        self.weight_decay = self._nonnegative("weight_decay", weight_decay)
        if momentum >= 1:
            raise ValueError(
                f"SGD: momentum must be below 1, or the velocity grows without end, got {momentum}"
            )
        self.velocity: dict[str, Array] = {}
        self.nesterov = nesterov

    def step(self) -> None:
        """Change every weight that is not frozen and has a gradient once, in place.

        Raises
        ------
        RuntimeError
            If the layer of a parameter is in eval mode.
        """
        learned = self.learned_parameters()
        for name, p in learned.items():
            if name not in self.velocity:
                self.velocity[name] = backend.namespace(p.data).zeros_like(p.data)
        steps = [(p.data, self.velocity[name], p.grad) for name, p in learned.items()]
        for kernels in {kernels_of(w) for w, _, _ in steps}:
            of_device = [step for step in steps if kernels_of(step[0]) is kernels]
            kernels.sgd(of_device, float(self.lr), self.momentum, self.weight_decay, self.nesterov)

    def state_dict(self) -> dict[str, Array]:
        """The velocities by the names of their parameters; the learning rate is the schedule's."""
        return {name: v.copy() for name, v in self.velocity.items()}

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Continue with the velocities of a ``state_dict``.

        Parameters
        ----------
        state : mapping of str to array
            The velocities, on any device.

        Raises
        ------
        ValueError
            If a name or a shape is not that of a parameter.
        """
        for name, v in state.items():
            if name not in self.parameters or v.shape != self.parameters[name].data.shape:
                raise ValueError(
                    f"SGD: the saved velocity {name!r} of shape {v.shape} belongs to another "
                    "network"
                )
        self.velocity = {name: self._like_weights(name, v) for name, v in state.items()}
