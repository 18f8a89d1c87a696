"""Stochastic gradient descent: the optimizer alone changes weights."""

from minivgg import backend
from minivgg.backend.kernels import kernels_of
from minivgg.optim.optimizer import Optimizer


class SGD(Optimizer):
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

    settings = ("momentum", "weight_decay", "nesterov")

    def __init__(self, parameters, lr=1e-2, momentum=0.9, weight_decay=5e-4, nesterov=False):
        super().__init__(parameters, lr)
        self.momentum = float(self._nonnegative("momentum", momentum))
        self.weight_decay = float(self._nonnegative("weight_decay", weight_decay))
        if momentum >= 1:
            raise ValueError(
                f"SGD: momentum must be below 1, or the velocity grows without end, got {momentum}"
            )
        self.velocity, self.nesterov = {}, nesterov

    def step(self):
        """Change every weight that is not frozen once, in place, by its gradient.

        Raises ``RuntimeError`` for a parameter whose layer is in eval mode.
        """
        learned = self.learned_parameters()
        for name, p in learned.items():
            if name not in self.velocity:
                self.velocity[name] = backend.namespace(p.data).zeros_like(p.data)
        steps = [(p.data, self.velocity[name], p.grad) for name, p in learned.items()]
        for kernels in {kernels_of(w) for w, _, _ in steps}:
            of_device = [step for step in steps if kernels_of(step[0]) is kernels]
            kernels.sgd(of_device, float(self.lr), self.momentum, self.weight_decay, self.nesterov)

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
