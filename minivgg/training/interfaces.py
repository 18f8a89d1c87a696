"""What an optimizer, a schedule and a loss must offer to a training."""

from collections.abc import Mapping
from typing import Protocol

from minivgg.backend.types import Array
from minivgg.layers import Parameter


class OptimizerLike(Protocol):
    """What ``Trainer`` needs of an optimizer; ``optim.Optimizer`` has it.

    With a folder, or several processes, it must also have ``state_dict`` and ``load_state_dict``.
    """

    lr: float

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """What is learned, by name."""

    def step(self) -> None:
        """Change every weight that is not frozen once, in place, by its gradient."""


class ScheduleLike(Protocol):
    """What ``Trainer`` needs of a schedule; ``optim.Schedule`` has it.

    With a folder, or several processes, it must also have ``state_dict`` and ``load_state_dict``.
    """

    def step(self, accuracy: float | None, /) -> None:
        """Set the learning rate after an epoch.

        Parameters
        ----------
        accuracy : float or None
            The validation accuracy, from 0 to 1; None without validation images.
        """


class Loss(Protocol):
    """A training objective: a class with these two methods; it need not inherit from this one.

    Examples
    --------
    Half the squared distance to the label's one-hot vector, as a mean over the batch:

    >>> import numpy as np
    >>> class SquaredError:
    ...     def forward(self, logits, labels):
    ...         self.difference = logits - np.eye(logits.shape[1], dtype=logits.dtype)[labels]
    ...         return (self.difference**2).sum() / (2 * len(logits))
    ...
    ...     def backward(self):
    ...         return self.difference / len(self.difference)

    >>> from minivgg.analysis.gradcheck import gradcheck
    >>> logits = np.random.default_rng(0).standard_normal((3, 4))
    >>> bool(gradcheck(SquaredError(), (logits, np.array([0, 3, 1]))))
    True
    """

    def forward(self, logits: Array, labels: Array, /) -> Array | float:
        """The mean loss over the batch.

        Parameters
        ----------
        logits : array of shape (N, K)
            The output of the network.
        labels : array of shape (N,)
            Class numbers.

        Returns
        -------
        loss : scalar
            The mean over the batch.
        """

    def backward(self) -> Array:
        """The gradient of the last loss.

        Returns
        -------
        dlogits : array of shape (N, K)
            With respect to the logits.
        """
