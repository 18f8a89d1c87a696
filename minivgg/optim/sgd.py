"""Floor 3: the optimizer alone changes weights; a schedule alone changes the learning rate."""

from collections.abc import Mapping
from math import cos, isfinite, pi

from minivgg import backend
from minivgg.backend.kernels import kernels_of


class SGD:
    """Gradient descent with momentum and weight decay, by the paper's rule (§3.1, as AlexNet §5):

        v ← momentum · v − lr · (weight_decay · w + g)
        w ← w + v

    parameters: {name: Parameter} from ``layer.parameters()``, or a list of Parameters. lr: step size. The defaults are the paper's.
    The learning rate is inside the velocity: after a change of lr, old steps keep their length (PyTorch instead multiplies the whole
    velocity by the current lr). Weight decay acts on every parameter, biases included; the paper does not say.
    nesterov: step to where the momentum is about to lead, w ← w + momentum · v_new − lr · (weight_decay · w + g).
    Raises ``ValueError`` for a negative or non-finite setting and for an empty list of parameters.
    """

    def __init__(self, parameters, lr=1e-2, momentum=0.9, weight_decay=5e-4, nesterov=False):
        named = (
            parameters
            if isinstance(parameters, Mapping)
            else {str(i): p for i, p in enumerate(parameters)}
        )
        if not named:
            raise ValueError("SGD: there are no parameters to optimize")
        if len({id(p) for p in named.values()}) < len(named):
            raise ValueError("SGD: a parameter is in the list twice, it would be stepped twice")
        for name, value in (("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay)):
            if not (isfinite(value) and value >= 0):
                raise ValueError(f"SGD: {name} must be a finite number of at least 0, got {value}")
        if momentum >= 1:
            raise ValueError(
                f"SGD: momentum must be below 1, or the velocity grows without end, got {momentum}"
            )
        self.parameters = dict(named)
        self.lr, self.momentum, self.weight_decay, self.nesterov = (
            float(lr),
            float(momentum),
            float(weight_decay),
            nesterov,
        )
        self.velocity = {}

    def step(self):
        """Change every weight that is not frozen once, in place, by its gradient."""
        learned = {name: p for name, p in self.parameters.items() if not p.frozen}
        for name, p in learned.items():
            if name not in self.velocity:
                self.velocity[name] = backend.namespace(p.data).zeros_like(p.data)
        steps = [(p.data, self.velocity[name], p.grad) for name, p in learned.items()]
        for kernels in {kernels_of(w) for w, _, _ in steps}:
            mine = [step for step in steps if kernels_of(step[0]) is kernels]
            kernels.sgd(mine, float(self.lr), self.momentum, self.weight_decay, self.nesterov)

    def zero_grad(self):
        """Set every gradient to zero."""
        for p in self.parameters.values():
            p.zero_grad()

    def state_dict(self):
        """{name: velocity}, the arrays that the next step depends on (the learning rate is the schedule's)."""
        return {name: v.copy() for name, v in self.velocity.items()}

    def load_state_dict(self, velocity):
        """Take up the velocities of ``state_dict``; raises ``ValueError`` when names or shapes are not this optimizer's."""
        for name, v in velocity.items():
            if name not in self.parameters or v.shape != self.parameters[name].data.shape:
                raise ValueError(
                    f"SGD: the saved velocity {name!r} of shape {v.shape} belongs to another network"
                )
        self.velocity = {}
        for name, v in velocity.items():
            mine = backend.namespace(self.parameters[name].data).empty_like(
                self.parameters[name].data
            )  # in its order in memory
            mine[...] = backend.to_device(v, backend.device_of(mine))
            self.velocity[name] = mine


class StepLR:
    """Multiply the learning rate by ``gamma`` after every ``step_size`` epochs (``ValueError`` below 1)."""

    needs_accuracy = False

    def __init__(self, optimizer, step_size, gamma=0.1):
        if step_size < 1:
            raise ValueError(f"StepLR: step_size is at least 1 epoch, got {step_size}")
        self.optimizer, self.step_size, self.gamma, self.epoch, self.first_lr = (
            optimizer,
            step_size,
            gamma,
            0,
            optimizer.lr,
        )

    def step(self, accuracy=None):
        """To be called after each epoch; the accuracy does not matter here."""
        self.epoch += 1
        if self.epoch % self.step_size == 0:
            self.optimizer.lr *= self.gamma

    def state_dict(self):
        """What ``load_state_dict`` needs to go on, plain numbers; the learning rate included."""
        return {"epoch": self.epoch, "lr": self.optimizer.lr, "step_size": self.step_size}

    def load_state_dict(self, state):
        """Go on where ``state_dict`` was taken; with another ``step_size``, at the rate that it would have led to by now."""
        self.epoch, self.optimizer.lr = state["epoch"], state["lr"]
        if state["step_size"] != self.step_size:
            self.optimizer.lr = self.first_lr * self.gamma ** (self.epoch // self.step_size)


class CosineLR:
    """Let the learning rate fall to nothing over ``epochs`` along half a cosine (Loshchilov & Hutter 2017, without restarts):
    lr₀ · (1 + cos(π·t/epochs)) / 2 after t epochs. ``ValueError`` below 1 epoch. Later practice than the paper's.
    """

    needs_accuracy = False

    def __init__(self, optimizer, epochs):
        if epochs < 1:
            raise ValueError(f"CosineLR: epochs is at least 1, got {epochs}")
        self.optimizer, self.epochs, self.epoch, self.first_lr = optimizer, epochs, 0, optimizer.lr

    def step(self, accuracy=None):
        """To be called after each epoch; the accuracy does not matter here. After ``epochs`` the rate stays 0."""
        self.epoch += 1
        self._set_rate()

    def state_dict(self):
        """What ``load_state_dict`` needs to go on, plain numbers."""
        return {"epoch": self.epoch}

    def load_state_dict(self, state):
        """Go on where ``state_dict`` was taken; with other ``epochs``, at the rate that these have at that epoch."""
        self.epoch = state["epoch"]
        self._set_rate()

    def _set_rate(self):
        self.optimizer.lr = self.first_lr * (1 + cos(pi * min(self.epoch / self.epochs, 1))) / 2


class ReduceOnPlateau:
    """Divide the learning rate by 10 when the validation accuracy stops improving, three times in all (§3.1).

    The paper does not say what "stops improving" means; here: ``patience`` epochs in a row without a new best by more than
    ``threshold``, in the accuracy's unit (1e-4 is 0.01 %). The rate is then multiplied by ``factor``; after ``drops`` times it stays.
    """

    needs_accuracy = True  # the trainer refuses to start without a validation set

    def __init__(self, optimizer, factor=0.1, patience=3, threshold=1e-4, drops=3):
        self.optimizer, self.factor, self.patience, self.threshold, self.drops = (
            optimizer,
            factor,
            patience,
            threshold,
            drops,
        )
        self.best, self.waited, self.dropped = None, 0, 0

    def step(self, accuracy):
        """To be called after each epoch with the validation accuracy. Raises ``ValueError`` without one."""
        if accuracy is None:
            raise ValueError(
                "ReduceOnPlateau needs a validation accuracy: train with a validation set, or use StepLR"
            )
        if self.best is None or accuracy > self.best + self.threshold:
            self.best, self.waited = accuracy, 0
            return
        self.waited += 1
        if self.waited >= self.patience and self.dropped < self.drops:
            self.optimizer.lr *= self.factor
            self.waited, self.dropped = 0, self.dropped + 1

    def state_dict(self):
        """What ``load_state_dict`` needs to go on, plain numbers; the learning rate included."""
        return {
            "best": self.best,
            "waited": self.waited,
            "dropped": self.dropped,
            "lr": self.optimizer.lr,
        }

    def load_state_dict(self, state):
        """Go on where ``state_dict`` was taken."""
        self.best, self.waited, self.dropped = state["best"], state["waited"], state["dropped"]
        self.optimizer.lr = state["lr"]
