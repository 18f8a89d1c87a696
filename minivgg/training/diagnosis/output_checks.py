"""The net's outputs and the loss at the start: before anything is learned."""

from math import isclose, log

import numpy as np

from minivgg import backend, ops
from minivgg.backend import Array
from minivgg.training.diagnosis.finding_names import (
    LOSS_AT_START,
    LOSS_DIRECTION,
    OUTPUTS,
    SUM_OR_MEAN,
)
from minivgg.training.diagnosis.findings import Finding, note, percent, problem, warning
from minivgg.training.diagnosis.subject import Subject

# Logits of a standard deviation s around 0 add about s²/2 to ln K. He's initialisation begins with
# s = √2, and each max-pool makes the signal larger: new nets of this package begin with up to
# ln K + 4.3. With σ = 0.1, the paper's, a wide net begins with more than 100.
UNUSUAL_EXCESS, EXPLODED_EXCESS = 7.0, 15.0
LEARNED = 0.7  # a loss below this share of ln K is that of a net that has learned something
SUM_IS_ONE = 1e-4
SIGMOID_SPREAD = 0.01  # of outputs; equal outputs have another cause
SAME_LOSS = 1e-3  # relative difference of two losses that are the same number
STEP = 1e-3  # along the gradient with respect to the logits, relative to their size
# Measured over predicted change of the loss. For a smooth loss in float64 it is 1.000.
SMALLEST_RATIO, LARGEST_RATIO = 0.7, 1.4
SHORTER = (1, 1e-2, 1e-4)  # steps that are tried where the first one does not agree


def check_outputs(subject: Subject) -> list[Finding]:
    """Look at the outputs and the loss of the first batch, and at the gradient of the loss.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    list of Finding
        "outputs", "direction of the loss", "sum or mean" and "loss at the start".
    """
    x, labels = next(subject.batches(1))
    with backend.fixed_seed([subject.seed]):
        outputs = subject.net(x)
    loss = float(subject.loss.forward(outputs, labels))
    found = [
        _outputs(outputs, labels, loss),
        _direction(subject, outputs, labels),
        _sum(outputs, labels, loss),
    ]
    is_finite = bool(backend.namespace(outputs).isfinite(outputs).all())
    if outputs.ndim == 2 and is_finite and not _takes_probabilities(outputs, labels, loss):
        found.append(_loss_at_start(outputs, labels))
    return [finding for finding in found if finding]


def _outputs(outputs: Array, labels: Array, loss: float) -> Finding:
    """Whether the last layer is a softmax or a ReLU, which the loss does not expect."""
    y = backend.to_numpy(outputs).astype(np.float64)
    spread = float(y.std())
    if not np.isfinite(y).all():
        sentence = "the net's outputs are not finite"
        return problem(OUTPUTS, None, sentence, "see the size of the signal below")
    if y.min() < 0 or _takes_probabilities(outputs, labels, loss):
        return Finding(OUTPUTS, spread, f"outputs have a standard deviation of {spread:.2g}")
    if abs(y.sum(axis=-1) - 1).max() < SUM_IS_ONE:
        sentence = (
            "the net's outputs are already probabilities, and the loss applies the softmax again: "
            f"it cannot fall below {_smallest_double_softmax(y.shape[-1]):.2f}"
        )
        return problem(OUTPUTS, spread, sentence, "let the net end in a Linear, without softmax")
    inside = y.min() > 0 and 0.5 < y.max() < 1 and spread > SIGMOID_SPREAD
    if inside and _takes_logits(outputs, labels, loss):
        sentence = (
            "all outputs are between 0 and 1, as after a sigmoid: the cross-entropy cannot fall "
            f"below {_smallest_double_softmax(y.shape[-1]):.2f}"
        )
        return problem(OUTPUTS, spread, sentence, "let the net end in a Linear, without sigmoid")
    zeros = float((y == 0).mean())
    if zeros and y.max() > 0:
        sentence = f"no output is below 0, and {percent(zeros)} are 0: the net ends in a ReLU"
        return problem(OUTPUTS, zeros, sentence, "let the net end in a Linear, without ReLU")
    return Finding(OUTPUTS, spread, f"outputs have a standard deviation of {spread:.2g}")


def _takes_probabilities(outputs: Array, labels: Array, loss: float) -> bool:
    """Whether the loss is −log of the output itself: then a softmax at the end is right."""
    y = backend.to_numpy(outputs).astype(np.float64)
    if y.ndim != 2 or y.min() <= 0:
        return False
    of_labels = y[np.arange(len(y)), backend.to_numpy(labels)]
    return bool(abs(-np.log(of_labels).mean() - loss) < SAME_LOSS * abs(loss))


def _takes_logits(outputs: Array, labels: Array, loss: float) -> bool:
    """Whether the loss is the cross-entropy of the softmax of the outputs."""
    if outputs.ndim != 2:
        return False
    return isclose(loss, float(ops.softmax_cross_entropy(outputs, labels)[0]), rel_tol=SAME_LOSS)


def _sum(outputs: Array, labels: Array, loss: float) -> Finding | None:
    """Whether the loss is a sum over the images, as with PyTorch's reduction="sum"."""
    count = len(outputs)
    if count < 2 or not _takes_logits(outputs, labels, loss / count):
        return None
    sentence = (
        f"the loss is {loss:.3g}, {count} times the mean cross-entropy: it is a sum over the "
        f"{count} images, and so are its gradients"
    )
    return problem(SUM_OR_MEAN, loss, sentence, "divide the loss and its gradient by the images")


def _smallest_double_softmax(classes: int) -> float:
    """−log softmax of the best that probabilities can be: 1 for the label, 0 for the others."""
    return log(1 + (classes - 1) / np.e)


def _loss_at_start(outputs: Array, labels: Array) -> Finding:
    """Compare the cross-entropy with ln K, which it is when all classes are equally probable."""
    loss, classes = float(ops.softmax_cross_entropy(outputs, labels)[0]), outputs.shape[1]
    guess = log(classes)
    sentence = (
        f"the cross-entropy at the start is {loss:.3g}, that of guessing ln {classes} = {guess:.3g}"
    )
    if not loss < guess + UNUSUAL_EXCESS:
        advice = (
            "the outputs are too large at the start: look at the sizes of the layers, use the "
            "initializer kaiming_normal and normalised images"
        )
        exploded = not loss < guess + EXPLODED_EXCESS
        return (problem if exploded else warning)(LOSS_AT_START, loss, sentence, advice)
    if loss < LEARNED * guess:
        return note(LOSS_AT_START, loss, f"{sentence}: the net has already learned something")
    return Finding(LOSS_AT_START, loss, sentence)


def _direction(subject: Subject, outputs: Array, labels: Array) -> Finding | None:
    """Whether right answers have a smaller loss, and its gradient points to larger ones."""
    if outputs.ndim != 2 or not bool(backend.namespace(outputs).isfinite(outputs).all()):
        return None
    name, advice = (
        LOSS_DIRECTION,
        "check the signs in the loss and its backward: training makes the loss smaller",
    )
    y, k = backend.to_numpy(outputs).astype(np.float64), outputs.shape[1]
    right = np.full(y.shape, 0.1 / k)
    right[np.arange(len(y)), backend.to_numpy(labels)] += 0.9
    good, bad = (_loss(subject, like, outputs, labels) for like in (right, np.roll(right, 1, 1)))
    if good > bad:
        sentence = f"right answers have a loss of {good:.3g}, wrong answers have {bad:.3g}"
        return problem(name, good - bad, sentence, advice)
    subject.loss.forward(outputs, labels)
    gradient = backend.to_numpy(subject.loss.backward()).astype(np.float64)
    length = float(np.linalg.norm(gradient))
    if not length:
        sentence = "the gradient of the loss with respect to the net's outputs is 0"
        return problem(name, 0.0, sentence, "check the backward of the loss with gradcheck")
    return _slope(subject, y, gradient / length, length, outputs, labels)


def _slope(
    subject: Subject,
    y: np.ndarray,
    direction: np.ndarray,
    length: float,
    outputs: Array,
    labels: Array,
) -> Finding:
    """Compare the change of the loss along its gradient with the length of the gradient."""
    name, advice = (
        LOSS_DIRECTION,
        "check the signs in the loss and its backward: training makes the loss smaller",
    )
    step = STEP * (float(np.linalg.norm(y)) / y.size**0.5 + 1) * y.size**0.5
    ratio = float("nan")
    for factor in SHORTER:  # a loss of probabilities is not finite where they are below 0
        move = factor * step * direction
        with np.errstate(all="ignore"):
            up, down = (_loss(subject, y + s * move, outputs, labels) for s in (1, -1))
        ratio = (up - down) / (2 * factor * step * length)
        if SMALLEST_RATIO < ratio < LARGEST_RATIO:
            break
    if not np.isfinite(ratio):
        return Finding(name, None, "the loss near the net's outputs is not finite")
    sentence = f"along its gradient the loss changes by {ratio:.3g} times what the gradient says"
    if ratio < 0:
        return problem(name, ratio, f"{sentence}: the gradient has the wrong sign", advice)
    if not SMALLEST_RATIO < ratio < LARGEST_RATIO:
        advice = "check the backward of the loss with gradcheck: it has the wrong size"
        return problem(name, ratio, sentence, advice)
    return Finding(name, ratio, sentence)


def _loss(subject: Subject, values: np.ndarray, like: Array, labels: Array) -> float:
    outputs = backend.to_device(values.astype(np.float64), backend.device_of(like))
    return float(subject.loss.forward(outputs, labels))
