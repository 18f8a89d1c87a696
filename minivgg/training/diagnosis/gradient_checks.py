"""Whether the gradient of each layer is the slope of the loss: its sign and its size are right.

A short step along a layer's gradient g changes the loss by about step · |g|. The change is compared
with a layer's gradient as a whole; ``analysis.gradcheck`` checks it element by element.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from minivgg import backend
from minivgg.layers import Parameter
from minivgg.training.diagnosis.finding_names import GRADIENTS
from minivgg.training.diagnosis.findings import Finding, problem
from minivgg.training.diagnosis.layer_sizes import rms
from minivgg.training.diagnosis.passes import LayerPass, RecordedPass
from minivgg.training.diagnosis.subject import Subject

# Relative to the size of the weights. The curvature of the loss and the kinks of ReLUs matter less
# in shorter steps, float32's rounding matters more. A wrong factor is the same in steps of any
# length, and curvature is not: so two steps in a row must show the same one.
STEPS = (3e-3, 1e-3, 3e-4, 3e-5)
WEAKEST = 1e-5  # change of the loss, relative to it, that rounding does not explain
SAME = 0.15  # relative difference of two factors
CLEAREST = 5e-5  # change by the gradient from which on its size is judged
# Measured over predicted change. Of healthy nets, all layers lie within 0.9 to 1.1 (and a wrong
# factor of 2 or more is beyond these bounds).
SMALLEST_RATIO, LARGEST_RATIO = 0.7, 1.4
IMAGES = 16


@dataclass(frozen=True)
class Slope:
    """How the loss changes along the gradient of one layer.

    Parameters
    ----------
    name : str
        Of the layer.
    expected, found : float
        The change by the gradient, and the one that was measured, relative to the loss.
    """

    name: str
    expected: float
    found: float

    @property
    def ratio(self) -> float:
        """The change that was measured over the one by the gradient."""
        return self.found / self.expected if self.expected else 0.0

    def as_unclear(self) -> "Slope":
        """The same, but taken as right if the curvature of the loss may explain its factor.

        Returns
        -------
        Slope
            Itself if the sign is wrong.
        """
        unclear = self.is_wrong and self.ratio > 0
        return Slope(self.name, self.expected, self.expected) if unclear else self

    @property
    def is_wrong(self) -> bool:
        """Whether the gradient has the wrong size or sign, beyond what rounding explains."""
        return self.expected > CLEAREST and not SMALLEST_RATIO < self.ratio < LARGEST_RATIO


def check_gradients(subject: Subject, recorded: RecordedPass) -> list[Finding]:
    """Compare the gradient of each layer with the change of the loss.

    Parameters
    ----------
    subject : Subject
        What is examined.
    recorded : RecordedPass
        After its backward pass.

    Returns
    -------
    list of Finding
        "gradients", if the loss is finite and has a gradient.
    """
    x, labels = next(subject.batches(1, IMAGES))
    subject.restart()
    start = RecordedPass(subject.net, x, subject.seed)
    loss = float(subject.loss.forward(start.output, labels))
    if not isfinite(loss) or not rms(recorded.layers[-1].output_gradient):
        return []
    start.backward(subject.loss.backward())
    slopes = [
        _slope(subject, name, parameters, (start, labels), loss)
        for name, parameters in _by_layer(subject).items()
    ]
    subject.restart()
    for k in reversed(
        range(len(slopes))
    ):  # an error near the loss makes all earlier gradients wrong
        found = _lost(slopes[k], recorded) or _wrong(slopes[k], slopes[k + 1 :])
        if found:
            return [found]
    sentence = f"the loss changes as the gradient says in each of {len(slopes)} layers"
    return [Finding(GRADIENTS, float(len(slopes)), sentence)]


def _lost(slope: Slope, recorded: RecordedPass) -> Finding | None:
    """A gradient of 0 where the loss changes."""
    if slope.expected or abs(slope.found) <= WEAKEST:
        return None
    layer = _lost_gradient(recorded.layers)
    where = f"{layer.name} {layer.layer!r} returns zeros" if layer else "it is lost"
    sentence = (
        f"the loss depends on {slope.name}, but its gradient is 0: {where} in the backward pass"
    )
    return problem(GRADIENTS, 0.0, sentence, "check its backward with analysis.gradcheck")


def _lost_gradient(layers: list[LayerPass]) -> LayerPass | None:
    """The layer nearest to the loss whose backward pass returns zeros for a gradient."""
    for layer in reversed(layers):
        lost = layer.input_gradient is not None and not rms(layer.input_gradient) > 0
        if lost and rms(layer.output_gradient) > 0:
            return layer
    return None


def _wrong(slope: Slope, after: list[Slope]) -> Finding | None:
    """A gradient of the wrong size or sign; after: the layers up to the loss, which are right."""
    if not slope.is_wrong:
        return None
    if slope.ratio < 0:
        sentence = f"against the gradient of {slope.name} the loss rises: it has the wrong sign"
    else:
        sentence = (
            f"along the gradient of {slope.name} the loss changes by {slope.ratio:.2g} times what "
            "the gradient says"
        )
    between = f", or of a layer between it and {after[0].name}," if after else ", or of the loss,"
    advice = f"the backward of {slope.name}{between} is wrong: check them with analysis.gradcheck"
    return problem(GRADIENTS, slope.ratio, sentence, advice)


def _by_layer(subject: Subject) -> dict[str, list[Parameter]]:
    """The parameters that are learned, by the name of their layer; weights without biases.

    Where the signal is weak, a bias that moves in proportion to the weights would switch all ReLUs.
    """
    found: dict[str, list[Parameter]] = {}
    for name, parameter in subject.net.parameters().items():
        if not parameter.frozen:
            found.setdefault(name.rpartition(".")[0] or name, []).append(parameter)
    weights = {name: [p for p in own if p.array.ndim > 1] for name, own in found.items()}
    return {name: weights[name] or own for name, own in found.items()}


def _slope(
    subject: Subject,
    name: str,
    parameters: list[Parameter],
    batch: tuple[RecordedPass, backend.Array],
    loss: float,
) -> Slope:
    """Move one layer along its gradient, or at random where the gradient is 0, and back."""
    gradients = [p.grad.copy() for p in parameters]
    size, length = _length([p.array for p in parameters]) or 1.0, _length(gradients)
    moves = gradients if length else _random_moves(subject, parameters)
    slopes: list[Slope] = []
    for step in STEPS:
        unit = step * size / (_length(moves) or 1.0)
        up, down = (_change(subject, parameters, moves, s * unit, batch, loss) for s in (1, -1))
        slope, bend = (up - down) / 2, (up + down) / 2
        if length == 0 and abs(bend) > abs(slope):
            slope = 0.0  # flat here, but a dead ReLU becomes active on one side
        slopes.append(Slope(name, length * step * size / max(abs(loss), 1e-12), slope))
        if not slopes[-1].is_wrong or (len(slopes) > 1 and _agree(*slopes[-2:])):
            return slopes[-1] if slopes[-1].expected > CLEAREST else slopes[0].as_unclear()
    return slopes[0].as_unclear()


def _agree(first: Slope, second: Slope) -> bool:
    return abs(first.ratio - second.ratio) <= SAME * abs(second.ratio)


def _change(
    subject: Subject,
    parameters: list[Parameter],
    moves: list[backend.Array],
    unit: float,
    batch: tuple[RecordedPass, backend.Array],
    loss: float,
) -> float:
    """How the loss changes, relative to it, when the parameters move."""
    before = [p.array.copy() for p in parameters]
    for p, move in zip(parameters, moves, strict=True):
        p.data += unit * move
    start, labels = batch
    moved = float(subject.loss.forward(start.output_with(parameters), labels))
    change = (moved - loss) / max(abs(loss), 1e-12)
    for p, array in zip(parameters, before, strict=True):
        p.data[...] = array
    return change


def _random_moves(subject: Subject, parameters: list[Parameter]) -> list[backend.Array]:
    rng = np.random.default_rng(subject.seed)
    return [
        backend.to_device(
            rng.standard_normal(p.array.shape).astype(p.array.dtype), backend.device_of(p.array)
        )
        for p in parameters
    ]


def _length(arrays: list[backend.Array]) -> float:
    return float(sum(float((a.astype(np.float64) ** 2).sum()) for a in arrays)) ** 0.5
