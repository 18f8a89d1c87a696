"""Schedules: they alone change the learning rate, after each epoch."""

from abc import ABC, abstractmethod
from math import cos, pi


class Schedule(ABC):
    """What all schedules share: they set ``optimizer.lr`` after each epoch.

    A new schedule defines ``step``, ``state_dict`` and ``load_state_dict``. An object of another
    class that has them serves ``Trainer`` as well. The guide "Your own parts"
    (docs/guides/your-own-parts.md) has an example.
    """

    needs_accuracy = False  # whether the trainer must refuse to start without a validation set

    @abstractmethod
    def step(self, accuracy=None):
        """To be called after each epoch, with the validation accuracy if there is one."""

    @abstractmethod
    def state_dict(self):
        """What ``load_state_dict`` needs: plain numbers by name."""

    @abstractmethod
    def load_state_dict(self, state):
        """Continue where ``state_dict`` was taken."""


class StepLR(Schedule):
    """Multiply the learning rate by ``gamma`` after every ``step_size`` epochs.

    Raises ``ValueError`` for a step size below 1.
    """

    def __init__(self, optimizer, step_size, gamma=0.1):
        if step_size < 1:
            raise ValueError(f"StepLR: step_size must be at least 1 epoch, got {step_size}")
        self.optimizer, self.step_size, self.gamma = optimizer, step_size, gamma
        self.epoch, self.first_lr = 0, optimizer.lr

    def step(self, accuracy=None):
        """To be called after each epoch; the accuracy does not matter here."""
        self.epoch += 1
        if self.epoch % self.step_size == 0:
            self.optimizer.lr *= self.gamma

    def state_dict(self):
        """What ``load_state_dict`` needs, plain numbers; the learning rate included."""
        return {"epoch": self.epoch, "lr": self.optimizer.lr, "step_size": self.step_size}

    def load_state_dict(self, state):
        """Continue where ``state_dict`` was taken.

        If ``step_size`` differs, use the rate that the new one would have reached by now.
        """
        self.epoch, self.optimizer.lr = state["epoch"], state["lr"]
        if state["step_size"] != self.step_size:
            self.optimizer.lr = self.first_lr * self.gamma ** (self.epoch // self.step_size)


class CosineLR(Schedule):
    """Let the learning rate fall to 0 over ``epochs`` along half a cosine.

    lr₀ · (1 + cos(π·t/epochs)) / 2 after t epochs (Loshchilov & Hutter 2017, without restarts);
    later practice than the paper's. Raises ``ValueError`` below 1 epoch.
    """

    def __init__(self, optimizer, epochs):
        if epochs < 1:
            raise ValueError(f"CosineLR: epochs must be at least 1, got {epochs}")
        self.optimizer, self.epochs = optimizer, epochs
        self.epoch, self.first_lr = 0, optimizer.lr

    def step(self, accuracy=None):
        """To be called after each epoch; after ``epochs`` the learning rate stays 0.

        The accuracy does not matter here.
        """
        self.epoch += 1
        self._set_lr()

    def state_dict(self):
        """What ``load_state_dict`` needs, plain numbers."""
        return {"epoch": self.epoch}

    def load_state_dict(self, state):
        """Continue where ``state_dict`` was taken.

        If ``epochs`` differs, use the learning rate that the new schedule has at that epoch.
        """
        self.epoch = state["epoch"]
        self._set_lr()

    def _set_lr(self):
        self.optimizer.lr = self.first_lr * (1 + cos(pi * min(self.epoch / self.epochs, 1))) / 2


class ReduceOnPlateau(Schedule):
    """Divide the learning rate by 10 when the validation accuracy stops improving (§3.1).

    In the paper this happened three times. It does not say what "stops improving" means; here:
    ``patience`` epochs in a row without a new best by more than ``threshold``, in the accuracy's
    unit (1e-4 is 0.01 %). The rate is then multiplied by ``factor``, ``drops`` times at most.
    """

    needs_accuracy = True

    def __init__(self, optimizer, factor=0.1, patience=3, threshold=1e-4, drops=3):
        self.optimizer, self.factor, self.patience = optimizer, factor, patience
        self.threshold, self.drops = threshold, drops
        self.best, self.waited, self.dropped = None, 0, 0

    def step(self, accuracy):
        """To be called after each epoch with the validation accuracy.

        Raises ``ValueError`` without one.
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

    def state_dict(self):
        """What ``load_state_dict`` needs, plain numbers; the learning rate included."""
        names = ("best", "waited", "dropped")
        return {name: getattr(self, name) for name in names} | {"lr": self.optimizer.lr}

    def load_state_dict(self, state):
        """Continue where ``state_dict`` was taken."""
        self.best, self.waited, self.dropped = state["best"], state["waited"], state["dropped"]
        self.optimizer.lr = state["lr"]
