"""Stochastic gradient descent: the optimizer alone changes weights."""

from collections.abc import Mapping
from math import isfinite

from minivgg import backend
from minivgg.backend.kernels import kernels_of


class SGD:
    """Gradient descent with momentum and weight decay, by the paper's rule (§3.1, as AlexNet §5).

        v ← momentum · v − lr · (weight_decay · w + g)
        w ← w + v

    parameters: {name: Parameter} from ``layer.parameters()``, or a list of Parameters. lr: learning
    rate. The defaults are the paper's. The learning rate is inside the velocity: after a change of
    lr, earlier steps keep their length (PyTorch instead multiplies the whole velocity by the
    current lr). Weight decay acts on every parameter, biases included; the paper does not say.
    nesterov: step to where the momentum is about to lead,
    w ← w + momentum · v_new − lr · (weight_decay · w + g).
    Raises ``ValueError`` for a negative or non-finite setting and for an empty list of parameters.
    """

    def __init__(self, parameters, lr=1e-2, momentum=0.9, weight_decay=5e-4, nesterov=False):
        if not isinstance(parameters, Mapping):
            parameters = {str(i): p for i, p in enumerate(parameters)}
        if not parameters:
            raise ValueError("SGD: there are no parameters to optimize")
        if len({id(p) for p in parameters.values()}) < len(parameters):
            raise ValueError("SGD: a parameter is in the list twice and would be updated twice")
        for name, value in (("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay)):
            if not (isfinite(value) and value >= 0):
                raise ValueError(f"SGD: {name} must be a finite number of at least 0, got {value}")
        if momentum >= 1:
            raise ValueError(
                f"SGD: momentum must be below 1, or the velocity grows without end, got {momentum}"
            )
        self.parameters, self.velocity = dict(parameters), {}
        self.lr, self.momentum, self.weight_decay = float(lr), float(momentum), float(weight_decay)
        self.nesterov = nesterov

    def step(self):
        """Change every weight that is not frozen once, in place, by its gradient.

        Raises ``RuntimeError`` for a parameter whose layer is in eval mode.
        """
        learned = {name: p for name, p in self.parameters.items() if not p.frozen}
        for name, p in learned.items():
            if p.read_only:
                raise RuntimeError(
                    f"SGD: the parameter {name!r} is read-only, because its layer is in eval mode: "
                    "call train() on the net before a training step"
                )
            if name not in self.velocity:
                self.velocity[name] = backend.namespace(p.data).zeros_like(p.data)
        steps = [(p.data, self.velocity[name], p.grad) for name, p in learned.items()]
        for kernels in {kernels_of(w) for w, _, _ in steps}:
            of_device = [step for step in steps if kernels_of(step[0]) is kernels]
            kernels.sgd(of_device, float(self.lr), self.momentum, self.weight_decay, self.nesterov)

    def zero_grad(self):
        """Set every gradient to zero."""
        for p in self.parameters.values():
            p.zero_grad()

    def state_dict(self):
        """{name: velocity}, the arrays that the next step depends on.

        The learning rate belongs to the schedule.
        """
        return {name: v.copy() for name, v in self.velocity.items()}

    def load_state_dict(self, velocity):
        """Continue with the velocities of a ``state_dict``.

        Raises ``ValueError`` when names or shapes are not this optimizer's.
        """
        for name, v in velocity.items():
            if name not in self.parameters or v.shape != self.parameters[name].data.shape:
                raise ValueError(
                    f"SGD: the saved velocity {name!r} of shape {v.shape} belongs to another "
                    "network"
                )
        self.velocity = {}
        for name, v in velocity.items():
            weights = self.parameters[name].data
            own = backend.namespace(weights).empty_like(weights)  # in their order in memory
            own[...] = backend.to_device(v, backend.device_of(own))
            self.velocity[name] = own
