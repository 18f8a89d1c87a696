"""One step of the optimizer: how long it is, relative to the weights, and where it leads."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from minivgg.training.diagnosis.finding_names import STEP_DIRECTION, UPDATE_RATIO
from minivgg.training.diagnosis.findings import Finding, note, problem, warning
from minivgg.training.diagnosis.subject import Subject

# Length of a step relative to that of the weights. Stanford's course CS231n (notes, "Neural
# Networks part 3") wants about 1e-3; these bounds are two decades away.
SHORTEST_UPDATE, LONGEST_UPDATE = 1e-6, 0.2
# The cosine between a step and the gradient is −1 for SGD. Adam's first step has about −0.5.
MOST_ASCENT = 0.2


@dataclass(frozen=True)
class Updates:
    """What one step of the optimizer does.

    Parameters
    ----------
    ratios : dict of str to float
        The length of the step relative to that of the weights, for each parameter with two or more
        axes that has a gradient, and weights that are not all 0.
    cosine : float
        Of the angle between the step and the gradient, over all of these.
    """

    ratios: dict[str, float]
    cosine: float = -1.0


def first_step(subject: Subject) -> Updates:
    """Make one step of the optimizer with the copied net, and take it back.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    Updates
        Of the step.
    """
    subject.restart()
    optimizer = subject.new_optimizer()
    own = {n: p for n, p in subject.net.parameters().items() if p.array.ndim > 1 and not p.frozen}
    x, labels = next(subject.batches(1))
    before = {name: p.array.copy() for name, p in own.items()}
    subject.train_step(optimizer, x, labels)
    ratios, products, steps, gradients = {}, 0.0, 0.0, 0.0
    for name, p in own.items():
        step, size = p.array - before[name], float((before[name] ** 2).sum())
        squares = float((p.grad**2).sum()) if p.has_grad else 0.0
        if not size or not squares:
            continue
        length = float((step**2).sum())
        ratios[name] = (length / size) ** 0.5
        products += float((step * p.grad).sum())
        steps, gradients = steps + length, gradients + squares
    subject.restart()
    length = (steps * gradients) ** 0.5
    return Updates(ratios, products / length if length else -1.0)


def check_updates(updates: Updates) -> list[Finding]:
    """Whether steps have a sensible length, and go against the gradient.

    Parameters
    ----------
    updates : Updates
        From ``first_step``.

    Returns
    -------
    list of Finding
        "direction of the step" if it is wrong, and "update-to-weight ratio" if any parameter is
        learned.
    """
    ratios, found = updates.ratios, []
    if not ratios:
        return []
    if updates.cosine > MOST_ASCENT:
        sentence = "a step of the optimizer goes along the gradient: it makes the loss larger"
        advice = "check the sign in the step of the optimizer: it has to subtract the gradient"
        found = [problem(STEP_DIRECTION, updates.cosine, sentence, advice)]
    return [*found, _length(ratios)]


def _length(ratios: dict[str, float]) -> Finding:
    name, middle = UPDATE_RATIO, float(np.median(list(ratios.values())))
    sentence = (
        f"a step changes the weights by {middle:.1g} of their size (median of {len(ratios)} "
        "layers; usual is about 1e-3)"
    )
    still = [key for key, ratio in ratios.items() if ratio == 0]
    if len(still) == len(ratios):
        sentence = "a step of the optimizer changes no weight, although there are gradients"
        advice = "check the optimizer's learning rate, its parameters and its step"
        return warning(name, 0.0, sentence, advice)
    if not isfinite(middle) or middle > LONGEST_UPDATE:
        return warning(name, middle, sentence, "use a lower learning rate")
    if still:
        sentence = f"{still[0]} has a gradient, but does not change in a step"
        return note(name, 0.0, sentence, "check the optimizer's parameters and its step")
    if middle < SHORTEST_UPDATE:
        return warning(name, middle, sentence, "use a higher learning rate")
    return Finding(name, middle, sentence)
