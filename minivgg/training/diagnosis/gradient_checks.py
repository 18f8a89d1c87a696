"""Whether the gradient of each layer is the slope of the loss: none is lost, none has a wrong sign.

A short step along a layer's gradient g must change the loss by about step · |g|². Only signs and
losses are judged here; ``analysis.gradcheck`` checks a layer element by element.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from minivgg import backend
from minivgg.layers import Parameter
from minivgg.training.diagnosis.findings import Finding, problem
from minivgg.training.diagnosis.layer_checks import lost_gradient
from minivgg.training.diagnosis.passes import RecordedPass
from minivgg.training.diagnosis.subject import Subject

STEP = 3e-3  # relative to the size of the weights: short enough for a slope, above float32's noise
WEAKEST = 1e-5  # change of the loss, relative to it, that rounding cannot make
MOST_LOST = 0.3  # a slope of less than this times |g|² is another one
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
        "gradients".
    """
    x, labels = next(subject.batches(1, IMAGES))
    subject.restart()
    loss = subject.loss_of(x, labels)
    if not isfinite(loss):
        return []
    subject.net.backward_parameters(subject.loss.backward())
    slopes = [
        _slope(subject, name, parameters, (x, labels), loss)
        for name, parameters in _by_layer(subject).items()
    ]
    subject.restart()
    advice = "check its backward with analysis.gradcheck"
    for slope in reversed(slopes):  # what is wrong near the loss spoils all before
        if slope.expected == 0 and abs(slope.found) > WEAKEST:
            layer = lost_gradient(recorded.layers)
            where = f"{layer.name} {layer.layer!r} returns zeros" if layer else "it gets lost"
            sentence = (
                f"the loss depends on {slope.name}, but its gradient is 0: {where} in the backward "
                "pass"
            )
            return [problem("gradients", 0.0, sentence, advice)]
        if abs(slope.expected) > WEAKEST and slope.found < -MOST_LOST * slope.expected:
            sentence = f"against the gradient of {slope.name} the loss rises: it has the wrong sign"
            return [problem("gradients", slope.found / slope.expected, sentence, advice)]
    sentence = f"the loss falls against the gradient of each of {len(slopes)} layers"
    return [Finding("gradients", float(len(slopes)), sentence)]


def _by_layer(subject: Subject) -> dict[str, list[Parameter]]:
    """The parameters that are learned, by the name of their layer."""
    found: dict[str, list[Parameter]] = {}
    for name, parameter in subject.net.parameters().items():
        if not parameter.frozen:
            found.setdefault(name.rpartition(".")[0] or name, []).append(parameter)
    return found


def _slope(
    subject: Subject,
    name: str,
    parameters: list[Parameter],
    batch: tuple[backend.Array, backend.Array],
    loss: float,
) -> Slope:
    """Move one layer along its gradient, or at random where the gradient is 0, and back."""
    gradients = [p.grad.copy() for p in parameters]
    size = _length([p.array for p in parameters]) or 1.0
    length = _length(gradients)
    moves = gradients if length else _random_moves(subject, parameters)
    step = STEP * size
    unit = step / (_length(moves) or 1.0)
    changes = []
    for sign in (1, -1):
        before = [p.array.copy() for p in parameters]
        for p, move in zip(parameters, moves, strict=True):
            p.data += (sign * unit) * move
        changes.append((subject.loss_of(*batch) - loss) / max(abs(loss), 1e-12))
        for p, array in zip(parameters, before, strict=True):
            p.data[...] = array
    scale = max(abs(loss), 1e-12)
    slope, bend = (changes[0] - changes[1]) / 2, (changes[0] + changes[1]) / 2
    if length == 0 and abs(bend) > abs(slope):
        slope = 0.0  # flat here, but a dead ReLU wakes up on one side
    return Slope(name, length * step / scale, slope)


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
