"""Short trainings: can the net learn one batch, and does it learn at its own learning rate?"""

from math import inf, isfinite, log
from statistics import mean

import numpy as np

from minivgg import backend
from minivgg.layers import Parameter
from minivgg.training.diagnosis.findings import Finding, note, percent, problem, warning
from minivgg.training.diagnosis.range_test import RangeTest
from minivgg.training.diagnosis.subject import Subject

TRIAL_STEPS = 50  # of a training at one rate
ENDS = 8  # steps whose mean is the loss at the end
# The own rate must lower the loss by this share of what the suggested one does.
SMALLEST_SHARE = 0.15
FARTHEST = 4.0  # factor between two rates, within which none is called too high or too low
FIT_IMAGES, FIT_STEPS = 16, 150
FITTED = 0.5  # share of ln K below which the loss must fall; on 16 images all nets reach 0.1
# Length of a step relative to that of the weights. Stanford's course CS231n (notes, "Neural
# Networks part 3") wants about 1e-3; these bounds are two decades away.
SHORTEST_UPDATE, LONGEST_UPDATE = 1e-6, 0.2


def trial(subject: Subject, lr: float, steps: int = TRIAL_STEPS) -> list[float]:
    """Train for a few steps at one rate, from the weights of the start.

    Parameters
    ----------
    subject : Subject
        What is examined.
    lr : float
        The learning rate.
    steps : int
        How many.

    Returns
    -------
    list of float
        The loss before each step; it ends when one is not finite.
    """
    subject.restart()
    optimizer, losses = subject.new_optimizer(lr), []
    for x, labels in subject.batches(steps):
        losses.append(subject.train_step(optimizer, x, labels))
        if not isfinite(losses[-1]):
            break
    return losses


def check_learning_rate(subject: Subject, test: RangeTest) -> list[Finding]:
    """Compare a training at the own learning rate with one at the suggested rate.

    Parameters
    ----------
    subject : Subject
        What is examined.
    test : RangeTest
        Its range test.

    Returns
    -------
    list of Finding
        "learning rate".
    """
    name, own, suggested = "learning rate", test.current, test.suggested
    if suggested is None:
        return [_no_rate(subject, test)]
    start = test.smoothed[0]
    if own is None:
        sentence = f"the range test suggests a learning rate of about {suggested:.1g}"
        return [Finding(name, suggested, sentence)]
    own_end, best_end = _end(trial(subject, own)), _end(trial(subject, suggested))
    sentence = (
        f"in {TRIAL_STEPS} steps at {own:.3g} the loss goes from {start:.3g} to {_shown(own_end)}, "
        f"at {suggested:.1g}, which the range test suggests, to {_shown(best_end)}"
    )
    learned, could = start - own_end, start - best_end
    if learned >= SMALLEST_SHARE * could or could <= 0:
        return [Finding(name, own, sentence)]
    advice = f"use a learning rate of about {suggested:.1g}"
    if own > FARTHEST * suggested:
        return [problem(name, own, f"too high: {sentence}", advice)]
    if own < suggested / FARTHEST:
        return [problem(name, own, f"too low: {sentence}", advice)]
    return [Finding(name, own, sentence)]


def _no_rate(subject: Subject, test: RangeTest) -> Finding:
    sentence = "no learning rate from 1e-6 to 10 makes the loss fall"
    if not test.losses:
        sentence = "the loss is not finite, whatever the learning rate"
    advice = "first mend what the other findings say; then look at the gradients with gradcheck"
    return problem("learning rate", None, sentence, advice)


def _end(losses: list[float]) -> float:
    """The loss at the end of a training; infinite if it has diverged."""
    return mean(losses[-ENDS:]) if isfinite(sum(losses)) else inf


def _shown(loss: float) -> str:
    return f"{loss:.3g}" if isfinite(loss) else "infinity"


def check_one_batch(subject: Subject, test: RangeTest) -> list[Finding]:
    """Whether the net can learn a few images by heart, as any net can (Karpathy 2019).

    "A Recipe for Training Neural Networks": what cannot overfit one batch has a bug.

    Parameters
    ----------
    subject : Subject
        What is examined.
    test : RangeTest
        Its range test, which says at what rate.

    Returns
    -------
    list of Finding
        "one batch".
    """
    x, labels = next(subject.batches(1, min(FIT_IMAGES, len(subject.dataset))))
    lr = test.suggested or (subject.optimizer.lr if subject.has_optimizer else 0.01)
    best = inf
    for rate in (lr, lr / 10):
        subject.restart()
        optimizer, losses = subject.new_optimizer(rate), []
        for _ in range(FIT_STEPS):
            losses.append(subject.train_step(optimizer, x, labels))
            if not isfinite(losses[-1]) or losses[-1] < FITTED / 10:
                break
        best = min([best, *(loss for loss in losses if isfinite(loss))])
        if best < _fitted(labels):
            sentence = (
                f"{len(labels)} images are learned by heart: the loss falls from {losses[0]:.3g} to "
                f"{losses[-1]:.2g} in {len(losses)} steps"
            )
            return [Finding("one batch", best, sentence)]
    sentence = (
        f"the net cannot learn {len(labels)} images by heart: in {FIT_STEPS} steps the loss does "
        f"not fall below {_shown(best)}"
    )
    advice = "until one batch can be learned, look for a bug rather than for settings"
    return [problem("one batch", best, sentence, advice)]


def _fitted(labels: backend.Array) -> float:
    """Half of what guessing by the frequencies in this batch gives."""
    counts = np.unique(backend.to_numpy(labels), return_counts=True)[1]
    shares = counts / counts.sum()
    return FITTED * max(float(-(shares * np.log(shares)).sum()), log(2) / 2)


def update_ratios(subject: Subject) -> dict[str, float]:
    """The length of a step of the optimizer, relative to the weights.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    dict of str to float
        For each parameter with two or more axes that the optimizer has.
    """
    subject.restart()
    optimizer = subject.new_optimizer()
    own = {n: p for n, p in subject.net.parameters().items() if p.array.ndim > 1 and not p.frozen}
    x, labels = next(subject.batches(1))
    before = {name: p.array.copy() for name, p in own.items()}
    subject.train_step(optimizer, x, labels)
    ratios = {name: _ratio(p, before[name]) for name, p in own.items()}
    subject.restart()
    return ratios


def _ratio(parameter: Parameter, before: backend.Array) -> float:
    step = float((((parameter.array - before) ** 2).sum()) ** 0.5)
    size = float(((before**2).sum()) ** 0.5)
    return step / size if size else 0.0


def check_updates(ratios: dict[str, float]) -> list[Finding]:
    """Whether steps have a sensible length.

    Parameters
    ----------
    ratios : dict of str to float
        From ``update_ratios``.

    Returns
    -------
    list of Finding
        "update-to-weight ratio", if any parameter is learned.
    """
    if not ratios:
        return []
    name, middle = "update-to-weight ratio", float(np.median(list(ratios.values())))
    sentence = (
        f"a step changes the weights by {middle:.1g} of their size (median of {len(ratios)} "
        "layers; usual is about 1e-3)"
    )
    if not isfinite(middle) or middle > LONGEST_UPDATE:
        return [warning(name, middle, sentence, "use a lower learning rate")]
    if middle < SHORTEST_UPDATE:
        return [warning(name, middle, sentence, "use a higher learning rate")]
    still = [key for key, ratio in ratios.items() if ratio == 0]
    if still:
        sentence = f"{still[0]} does not change in a step, and is not frozen"
        return [note(name, 0.0, sentence, "see the findings about gradients")]
    return [Finding(name, middle, sentence)]


