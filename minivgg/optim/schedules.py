"""Schedules: they alone change the learning rate, after each epoch."""

from abc import ABC, abstractmethod
from math import cos, pi
from typing import Protocol

from minivgg.utils.files import JsonObject


class HasLearningRate(Protocol):
    """What a schedule needs of an optimizer."""

    lr: float


class Schedule(ABC):
    """What all schedules share: they set ``optimizer.lr`` after each epoch.

    A schedule of your own defines ``step``, ``state_dict`` and ``load_state_dict``. An object of
    another class that has them serves ``Trainer`` as well. The guide "Your own parts"
    (docs/guides/your-own-parts.md) has an example.

    Attributes
    ----------
    needs_accuracy : bool
        Whether the trainer must refuse to start without a validation set.
    settings : tuple of str
        Names of the attributes that must be the same when training is resumed: numbers, text, and
        lists of them.
    """

    needs_accuracy: bool = False
    settings: tuple[str, ...] = ()

    @abstractmethod
    def step(self, accuracy: float | None = None) -> None:
        """To be called after each epoch.

        Parameters
        ----------
        accuracy : float, optional
            The validation accuracy, from 0 to 1.
        """

    @abstractmethod
    def state_dict(self) -> JsonObject:
        """What the next steps depend on.

        Returns
        -------
        state : dict
            What ``load_state_dict`` needs: names, with numbers, text and lists of them.
        """

    @abstractmethod
    def load_state_dict(self, state: JsonObject) -> None:
        """Continue where a state was taken.

        Parameters
        ----------
        state : dict
            What ``state_dict`` returned.
        """


class StepLR(Schedule):
    """Multiply the learning rate by ``gamma`` after every ``step_size`` epochs.

    Parameters
    ----------
    optimizer : Optimizer
        Its ``lr`` is changed.
    step_size : int
        Epochs between two changes.
    gamma : float, default 0.1
        The factor.

    Raises
    ------
    ValueError
        If the step size is below 1.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg.layers import Parameter
    >>> from minivgg.optim import SGD
    >>> sgd = SGD([Parameter(np.ones(1))], lr=0.02)
    >>> schedule = StepLR(sgd, step_size=2)
    >>> rates = []
    >>> for epoch in range(4):
    ...     rates.append(round(sgd.lr, 6))
    ...     schedule.step()
    >>> rates
    [0.02, 0.02, 0.002, 0.002]
    """

    def __init__(self, optimizer: HasLearningRate, step_size: int, gamma: float = 0.1) -> None:
        if step_size < 1:
            raise ValueError(f"StepLR: step_size must be at least 1 epoch, got {step_size}")
        _require_rate("StepLR", optimizer)
        self.optimizer, self.step_size, self.gamma = optimizer, step_size, gamma
        self.epoch, self.first_lr = 0, optimizer.lr

    def step(self, accuracy: float | None = None) -> None:
        """To be called after each epoch; the accuracy does not matter here."""
        self.epoch += 1
        if self.epoch % self.step_size == 0:
            self.optimizer.lr *= self.gamma

    def state_dict(self) -> JsonObject:
        """What ``load_state_dict`` needs, plain numbers; the learning rate included."""
        return {"epoch": self.epoch, "lr": self.optimizer.lr, "step_size": self.step_size}

    def load_state_dict(self, state: JsonObject) -> None:
        """Continue where ``state_dict`` was taken.

        If ``step_size`` differs, use the rate that the new one would have reached by now.
        """
        self.epoch, self.optimizer.lr = state["epoch"], state["lr"]
        if state["step_size"] != self.step_size:
            self.optimizer.lr = self.first_lr * self.gamma ** (self.epoch // self.step_size)


class CosineLR(Schedule):
    """Let the learning rate fall to 0 over ``epochs`` along half a cosine.

    lr₀ · (1 + cos(π·t/epochs)) / 2 after t epochs; later practice than the paper's.

    Parameters
    ----------
    optimizer : Optimizer
        Its ``lr`` is changed.
    epochs : int
        After how many epochs the rate is 0.

    Raises
    ------
    ValueError
        If there is less than one epoch.

    References
    ----------
    Loshchilov & Hutter (2017), SGDR, without restarts.
    """

    def __init__(self, optimizer: HasLearningRate, epochs: int) -> None:
        if epochs < 1:
            raise ValueError(f"CosineLR: epochs must be at least 1, got {epochs}")
        _require_rate("CosineLR", optimizer)
        self.optimizer, self.epochs = optimizer, epochs
        self.epoch, self.first_lr = 0, optimizer.lr

    def step(self, accuracy: float | None = None) -> None:
        """To be called after each epoch; after ``epochs`` the learning rate stays 0.

        The accuracy does not matter here.
        """
        self.epoch += 1
        self._set_lr()

    def state_dict(self) -> JsonObject:
        """What ``load_state_dict`` needs, plain numbers."""
        return {"epoch": self.epoch}

    def load_state_dict(self, state: JsonObject) -> None:
        """Continue where ``state_dict`` was taken.

        If ``epochs`` differs, use the learning rate that the new schedule has at that epoch.
        """
        self.epoch = state["epoch"]
        self._set_lr()

    def _set_lr(self) -> None:
        self.optimizer.lr = self.first_lr * (1 + cos(pi * min(self.epoch / self.epochs, 1))) / 2


class ReduceOnPlateau(Schedule):
    """Divide the learning rate by 10 when the validation accuracy stops improving.

    In the paper this happened three times. It does not say what "stops improving" means; here:
    ``patience`` epochs in a row without a new best.

    Parameters
    ----------
    optimizer : Optimizer
        Its ``lr`` is changed.
    factor : float, default 0.1
        What the rate is multiplied by.
    patience : int, default 3
        Epochs in a row without a new best, after which the rate is changed.
    threshold : float, default 1e-4
        By how much an accuracy must exceed the best one to be a new best; 1e-4 is 0.01 %.
    drops : int, default 3
        How often the rate is changed at most.

    References
    ----------
    Simonyan & Zisserman (2014), §3.1.
    """

    needs_accuracy = True

    def __init__(
        self,
        optimizer: HasLearningRate,
        factor: float = 0.1,
        patience: int = 3,
        threshold: float = 1e-4,
        drops: int = 3,
    ) -> None:
        _require_rate("ReduceOnPlateau", optimizer)
        self.optimizer, self.factor, self.patience = optimizer, factor, patience
        self.threshold, self.drops = threshold, drops
        self.best: float | None = None
        self.waited, self.dropped = 0, 0

    def step(self, accuracy: float | None = None) -> None:
        """To be called after each epoch with the validation accuracy.

        Parameters
        ----------
        accuracy : float
            The validation accuracy, from 0 to 1.

        Raises
        ------
        ValueError
            If there is no accuracy.
        """
        if accuracy is None:
            raise ValueError(
                "ReduceOnPlateau needs a validation accuracy: train with a validation set, or use "
                "StepLR"
            )
        if self.best is None or accuracy > self.best + self.threshold:
            self.best, self.waited = accuracy, 0
            return
        self.waited += 1
        if self.waited >= self.patience and self.dropped < self.drops:
            self.optimizer.lr *= self.factor
            self.waited, self.dropped = 0, self.dropped + 1

    def state_dict(self) -> JsonObject:
        """What ``load_state_dict`` needs, plain numbers; the learning rate included."""
        names = ("best", "waited", "dropped")
        return {name: getattr(self, name) for name in names} | {"lr": self.optimizer.lr}

    def load_state_dict(self, state: JsonObject) -> None:
        """Continue where ``state_dict`` was taken."""
        self.best, self.waited, self.dropped = state["best"], state["waited"], state["dropped"]
        self.optimizer.lr = state["lr"]


class WarmUp(Schedule):
    """Let the learning rate rise during the first epochs, and let another schedule go on.

    Epoch t = 0, 1, … of the warm-up has the rate lr · (s + (1 − s) · t/epochs), where lr is the
    optimizer's rate when the schedule is made, and s the ``start_factor``. After ``epochs`` epochs
    it is lr. As PyTorch's ``LinearLR`` followed by another schedule in ``SequentialLR``, which is
    how torchvision's reference scripts warm up.

    Parameters
    ----------
    optimizer : Optimizer
        Its ``lr`` is changed.
    epochs : int
        The length of the warm-up.
    start_factor : float, default 0.01
        s, the share of the rate in the first epoch.
    then : Schedule, optional
        What changes the rate after the warm-up (default: nothing). It is made of the same optimizer
        before this one, and its first epoch is the one after the warm-up: for a run of E epochs
        ``WarmUp(sgd, 5, then=CosineLR(sgd, E - 5))``.

    Attributes
    ----------
    next_schedule : str or None
        The name of the class of ``then``.
    next_settings : dict
        The settings of ``then``.

    Raises
    ------
    ValueError
        If there is less than one epoch, the factor is not above 0 and at most 1, or ``then`` is of
        another optimizer.
    TypeError
        If the optimizer or ``then`` is something else.

    References
    ----------
    Goyal et al. (2017), Accurate, large minibatch SGD: training ImageNet in 1 hour, §2.2.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg.layers import Parameter
    >>> from minivgg.optim import SGD
    >>> sgd = SGD([Parameter(np.ones(1))], lr=1.0)
    >>> schedule = WarmUp(sgd, 2, start_factor=0.2, then=CosineLR(sgd, 2))
    >>> rates = []
    >>> for epoch in range(5):
    ...     rates.append(round(sgd.lr, 6))
    ...     schedule.step()
    >>> rates
    [0.2, 0.6, 1.0, 0.5, 0.0]
    """

    settings: tuple[str, ...] = ("epochs", "start_factor", "next_schedule")
    next_settings: JsonObject

    def __init__(
        self,
        optimizer: HasLearningRate,
        epochs: int,
        start_factor: float = 0.01,
        then: Schedule | None = None,
    ) -> None:
        if epochs < 1:
            raise ValueError(f"WarmUp: epochs must be at least 1, got {epochs}")
        if not 0 < start_factor <= 1:
            raise ValueError(
                f"WarmUp: start_factor must be above 0 and at most 1, got {start_factor}"
            )
        _require_rate("WarmUp", optimizer)
        if then is not None and not hasattr(then, "step"):
            raise TypeError(f"WarmUp: then must be a schedule or None, got {then!r:.60}")
        if getattr(then, "optimizer", optimizer) is not optimizer:
            raise ValueError(
                f"WarmUp: {type(then).__name__} changes the learning rate of another optimizer: "
                f"make both of the same one"
            )
        self.optimizer, self.epochs, self.start_factor = optimizer, epochs, start_factor
        self.then, self.epoch, self.full_lr = then, 0, optimizer.lr
        self.next_schedule = None if then is None else type(then).__name__
        self.next_settings = {name: getattr(then, name) for name in getattr(then, "settings", ())}
        if self.next_settings:
            self.settings = (*WarmUp.settings, "next_settings")
        self.needs_accuracy = getattr(then, "needs_accuracy", False)
        self._set_lr()

    def step(self, accuracy: float | None = None) -> None:
        """To be called after each epoch.

        Parameters
        ----------
        accuracy : float, optional
            The validation accuracy, for ``then``; that of the warm-up does not count.
        """
        self.epoch += 1
        if self.epoch <= self.epochs:
            self._set_lr()
        elif self.then is not None:
            self.then.step(accuracy)

    def state_dict(self) -> JsonObject:
        """What ``load_state_dict`` needs: epoch and learning rate, and the state of ``then``."""
        then = None if self.then is None else self.then.state_dict()
        return {"epoch": self.epoch, "lr": self.optimizer.lr, "then": then}

    def load_state_dict(self, state: JsonObject) -> None:
        """Continue where ``state_dict`` was taken."""
        self.epoch = state["epoch"]
        if self.then is not None:
            self.then.load_state_dict(state["then"])
        if self.then is None or self.epoch <= self.epochs:
            self._set_lr()
            self.optimizer.lr = state.get("lr", self.optimizer.lr)

    def _set_lr(self) -> None:
        s, progress = self.start_factor, min(self.epoch / self.epochs, 1)
        self.optimizer.lr = self.full_lr * (s + (1 - s) * progress)


def _require_rate(schedule: str, optimizer: object) -> None:
    if not hasattr(optimizer, "lr") or isinstance(optimizer, type):
        kind = optimizer.__name__ if isinstance(optimizer, type) else type(optimizer).__name__
        before = f": give it as {schedule}(optimizer, ..., then=...)" * (schedule == "WarmUp")
        raise TypeError(
            f"{schedule}: the first argument must be an optimizer, whose lr it changes, got "
            f"{kind}{before}"
        )
