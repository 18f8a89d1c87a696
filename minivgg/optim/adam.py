"""Adam and AdamW: gradient descent with a step size of its own for each weight."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import numpy as np

from minivgg import backend
from minivgg.backend import Array
from minivgg.backend.kernels import kernels_of
from minivgg.optim.optimizer import Optimizer, Parameters

PARTS = ("steps", "m", "v")  # of the state of each parameter


class Adam(Optimizer):
    """Gradient descent by running means of the gradient and of its square.

    ::

        g ← g + weight_decay · w
        m ← β₁ · m + (1 − β₁) · g
        v ← β₂ · v + (1 − β₂) · g²
        w ← w − lr · m̂ / (√v̂ + eps),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)

    m and v begin at 0, which makes them too small in the first steps t: m̂ and v̂ correct that. A
    weight changes by about lr in a step, whatever the scale of its gradient. The arguments and the
    results are those of ``torch.optim.Adam``.

    Parameters
    ----------
    parameters : mapping of str to Parameter, or sequence of Parameter
        What is learned, such as ``net.parameters()``.
    lr : float, default 1e-3
        The learning rate.
    betas : (float, float), default (0.9, 0.999)
        β₁ and β₂, what the running means keep in each step, from 0 to below 1.
    eps : float, default 1e-8
        Keeps the division finite where v̂ is 0.
    weight_decay : float, default 0.0
        λ of the L2 penalty λ/2 · Σ w², which is part of the gradient. ``AdamW`` decays weights
        without it.

    Raises
    ------
    ValueError
        If a setting is negative or not finite, a β is 1 or more, there are no parameters, or one is
        there twice.

    References
    ----------
    Kingma & Ba (2015), Adam: a method for stochastic optimization, algorithm 1.

    Examples
    --------
    The first step is lr long, for a large and for a small gradient:

    >>> import numpy as np
    >>> from minivgg.layers import Parameter
    >>> w = Parameter(np.array([1.0, 1.0]))
    >>> adam = Adam([w], lr=0.1)
    >>> w.grad = np.array([100.0, 0.01])
    >>> adam.step()
    >>> w.data.round(4)
    array([0.9, 0.9])
    """

    settings = ("betas", "eps", "weight_decay")
    decoupled: ClassVar[bool] = False  # whether weight decay stays out of the running means

    def __init__(
        self,
        parameters: Parameters,
        lr: float = 1e-3,
        betas: Sequence[float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr)
        self.betas = _checked_betas(type(self).__name__, betas)
        self.eps = self._nonnegative("eps", eps)
        self.weight_decay = self._nonnegative("weight_decay", weight_decay)
        self.m: dict[str, Array] = {}
        self.v: dict[str, Array] = {}
        self.steps: dict[str, int] = {}  # by parameter: one may have been frozen for a while

    def step(self) -> None:
        """Change every weight that is not frozen and has a gradient once, in place.

        Raises
        ------
        RuntimeError
            If the layer of a parameter is in eval mode.
        """
        for name, p in self.learned_parameters().items():
            if name not in self.steps:
                zeros_like, self.steps[name] = backend.namespace(p.data).zeros_like, 0
                self.m[name], self.v[name] = zeros_like(p.data), zeros_like(p.data)
            self.steps[name] += 1
            update = partial(self._update, float(self.lr), self.steps[name])
            kernels_of(p.data).apply_blockwise(update, p.data, self.m[name], self.v[name], p.grad)

    def _update(self, lr: float, t: int, w: Array, m: Array, v: Array, g: Array) -> None:
        """Step t of some weights, in place: the formula of the class."""
        beta1, beta2 = self.betas
        if self.decoupled:
            w *= 1 - lr * self.weight_decay
        elif self.weight_decay:
            g = g + self.weight_decay * w
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * g * g
        change = v**0.5
        change /= (1 - beta2**t) ** 0.5
        change += self.eps
        w -= lr / (1 - beta1**t) * m / change

    def state_dict(self) -> dict[str, Array]:
        """The running means and the number of steps, of each parameter that has made one.

        Returns
        -------
        state : dict of str to array
            Copies, by names such as "m.features.0.weight", "v.…" and "steps.…".
        """
        state: dict[str, Array] = {}
        for name, steps in self.steps.items():
            state[f"m.{name}"], state[f"v.{name}"] = self.m[name].copy(), self.v[name].copy()
            state[f"steps.{name}"] = np.array(steps)
        return state

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Continue from a ``state_dict``.

        Parameters
        ----------
        state : mapping of str to array
            What ``state_dict`` returned, on any device.

        Raises
        ------
        ValueError
            If a name or a shape is not that of a parameter, a part is missing, or it is the state
            of another optimizer.
        """
        names = list(dict.fromkeys(self._parameter_of(key) for key in state))
        self._check(state, names)
        self.steps = {name: int(state[f"steps.{name}"]) for name in names}
        self.m = {name: self._like_weights(name, state[f"m.{name}"]) for name in names}
        self.v = {name: self._like_weights(name, state[f"v.{name}"]) for name in names}

    def _parameter_of(self, key: str) -> str:
        part, _, name = key.partition(".")
        if part not in PARTS or not name:
            raise ValueError(
                f"{type(self).__name__}: the saved state is that of another optimizer: it has "
                f"{key!r}, and no running means"
            )
        return name

    def _check(self, state: Mapping[str, Array], names: Sequence[str]) -> None:
        optimizer = type(self).__name__
        needed = {f"{part}.{name}" for name in names for part in PARTS}
        for key in sorted(needed - set(state)):
            raise ValueError(f"{optimizer}: the saved state lacks {key!r}")
        for name in names:
            own = self.parameters.get(name)
            for key in (f"m.{name}", f"v.{name}"):
                if own is None or own.data.shape != state[key].shape:
                    raise ValueError(
                        f"{optimizer}: the saved mean {key!r} of shape {state[key].shape} belongs "
                        "to another network"
                    )


class AdamW(Adam):
    """Adam, where weight decay is a step of its own.

    w ← (1 − lr · weight_decay) · w, then Adam's step by the gradient alone. In ``Adam`` the decay
    passes through m and v, so that weights with large gradients decay less. The arguments and the
    results are those of ``torch.optim.AdamW``. As there, the decay is proportional to lr; in the
    paper it follows the schedule, but does not depend on the first lr.

    Parameters
    ----------
    parameters : mapping of str to Parameter, or sequence of Parameter
        What is learned, such as ``net.parameters()``.
    lr : float, default 1e-3
        The learning rate.
    betas : (float, float), default (0.9, 0.999)
        As for ``Adam``.
    eps : float, default 1e-8
        As for ``Adam``.
    weight_decay : float, default 0.01
        The share of each weight that a step with a learning rate of 1 would take away.

    Raises
    ------
    ValueError
        As for ``Adam``.

    References
    ----------
    Loshchilov & Hutter (2019), Decoupled weight decay regularization, algorithm 2.

    Examples
    --------
    With a gradient of 0 there is the decay alone:

    >>> import numpy as np
    >>> from minivgg.layers import Parameter
    >>> w = Parameter(np.array([1.0]))
    >>> w.grad = np.array([0.0])
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step()
    >>> w.data
    array([0.95])
    """

    decoupled = True

    def __init__(
        self,
        parameters: Parameters,
        lr: float = 1e-3,
        betas: Sequence[float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, lr, betas, eps, weight_decay)


def _checked_betas(optimizer: str, betas: Sequence[float]) -> tuple[float, float]:
    is_pair = isinstance(betas, Sequence) and len(betas) == 2
    if not is_pair or not all(isinstance(beta, int | float | np.number) for beta in betas):
        raise TypeError(
            f"{optimizer}: betas must be two numbers, such as (0.9, 0.999), got {betas!r:.60}"
        )
    if not all(0 <= beta < 1 for beta in betas):
        raise ValueError(
            f"{optimizer}: betas must be two numbers from 0 to below 1, such as (0.9, 0.999), got "
            f"{betas!r}"
        )
    return float(betas[0]), float(betas[1])
