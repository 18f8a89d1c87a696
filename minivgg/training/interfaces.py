"""The contract of ``Trainer``: what its optimizer, schedule, loss and callbacks must have.

``Trainer`` checks it before the first step (``training/checks.py``, ``training/trial.py``). The
guide "Your own parts" (docs/guides/your-own-parts.md) has an example of each part.
"""

from collections.abc import Mapping
from typing import Protocol

from minivgg.backend.types import Array
from minivgg.layers import Layer, Parameter
from minivgg.optim import Optimizer, Schedule
from minivgg.training.history import EpochMetrics, EpochRow


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

    These are optional:

    - ``metric_name`` and ``metric(outputs, targets)``: what is reported beside the loss, a mean
      over the images of the batch, as a scalar. With the name "accuracy" it is an accuracy of
      another kind, such as that of a single output. Without it that is how often the label has the
      largest output where targets are class numbers, and nothing otherwise.
      ``metric_weight(targets)``: of how many numbers that is the mean, if not of one for each
      image; batches are weighted by it.
    - ``weight_sum(targets)``: what the mean of a batch is divided by, if that is not the number of
      images, as with class weights. The batches of an epoch, and the parts of a batch
      (micro-batches, ranks), are weighted by it.
    - ``ignore_index``: a label whose images count neither as right nor as wrong in the accuracy.
    - ``settings``: a tuple of names of attributes that must be the same when training is resumed.

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
            Class numbers; for a regression the targets, floats of shape (N, ...).

        Returns
        -------
        loss : scalar
            The mean over the batch: a float, or an array without axes.
        """

    def backward(self) -> Array:
        """The gradient of the last loss.

        Returns
        -------
        dlogits : array of shape (N, K)
            With respect to the logits, of their shape and dtype.
        """


class RunningTraining(Protocol):
    """What a callback finds in the ``Trainer`` that calls it, besides the attributes of its own."""

    history: list[EpochRow]  # with the epoch that has just ended; restored when a run is resumed
    epoch: int  # how many are done

    def stop(self, reason: str = ...) -> None:
        """End the training after the present epoch.

        Parameters
        ----------
        reason : str
            For whoever asks the trainer for its ``stop_reason``.
        """


class TrainingState(Protocol):
    """What a checkpoint keeps of a ``Trainer``."""

    net: Layer
    optimizer: Optimizer
    schedule: Schedule | None
    metrics: EpochMetrics
    history: list[EpochRow]
    epoch: int
    batch: int
    step: int

    @property
    def monitor(self) -> str | None:
        """The column of the history that says which epoch is the best."""
