"""Short trainings: can the net learn one batch, at its own learning rate and at the suggested one?

On one batch, the same at each step, a few steps say what many would say on all images: its loss is
not moved by the difference between batches.
"""

from math import inf, isfinite, log
from statistics import mean

import numpy as np

from minivgg import backend
from minivgg.layers import Parameter
from minivgg.training.diagnosis.findings import Finding, note, problem, warning
from minivgg.training.diagnosis.range_test import RangeTest
from minivgg.training.diagnosis.subject import Subject

FIT_IMAGES, FIT_STEPS = 16, 120
DONE = 0.05  # a loss with which the images are known by heart
ENDS = 5  # steps whose mean is the loss at the end
FITTED = 0.5  # share of the loss of guessing below which the loss must fall
# What the own rate must learn of what the suggested one learns in as many steps.
SMALLEST_SHARE = 0.4
FARTHEST = 4.0  # factor between two rates, within which none is called too high or too low
# Length of a step relative to that of the weights. Stanford's course CS231n (notes, "Neural
# Networks part 3") wants about 1e-3; these bounds are two decades away.
SHORTEST_UPDATE, LONGEST_UPDATE = 1e-6, 0.2


def fit_one_batch(subject: Subject, lr: float) -> list[float]:
    """Train on one batch at one rate, from the weights of the start.

    Parameters
    ----------
    subject : Subject
        What is examined.
    lr : float
        The learning rate.

    Returns
    -------
    list of float
        The loss before each step. It ends when the images are known by heart, or the loss is not
        finite.
    """
    x, labels = next(subject.batches(1, FIT_IMAGES))
    subject.restart()
    optimizer, losses = subject.new_optimizer(lr), []
    for _ in range(FIT_STEPS):
        losses.append(subject.train_step(optimizer, x, labels))
        if not isfinite(losses[-1]) or losses[-1] < DONE:
            break
    return losses


def loss_at_end(losses: list[float]) -> float:
    """The loss at the end of a short training.

    Parameters
    ----------
    losses : list of float
        From ``fit_one_batch``.

    Returns
    -------
    float
        Infinite if the training has diverged.
    """
    if not isfinite(sum(losses)):
        return inf
    return losses[-1] if losses[-1] < DONE else mean(losses[-ENDS:])


def check_learning(subject: Subject, test: RangeTest) -> list[Finding]:
    """Learn a few images by heart, as any net can, at the suggested rate and at the own one.

    "A Recipe for Training Neural Networks" (Karpathy 2019): what cannot overfit one batch has a
    bug.

    Parameters
    ----------
    subject : Subject
        What is examined.
    test : RangeTest
        Its range test.

    Returns
    -------
    list of Finding
        "learning rate" and "one batch".
    """
    own, suggested = test.current, test.suggested
    fits = {lr: fit_one_batch(subject, lr) for lr in (own, suggested) if lr is not None}
    labels = backend.to_numpy(next(subject.batches(1, FIT_IMAGES))[1])
    guess = guessing(labels)
    if not any(_is_fitted(losses, guess) for losses in fits.values()):
        for lr in [lr / 10 for lr in fits] or [0.01]:
            fits[lr] = fit_one_batch(subject, lr)
    return [_rate(fits, own, suggested, guess), _one_batch(fits, guess, len(labels))]


def _is_fitted(losses: list[float], guess: float) -> bool:
    return loss_at_end(losses) < FITTED * max(guess, log(2) / 2)


def _one_batch(fits: dict[float, list[float]], guess: float, images: int) -> Finding:
    lr = min(fits, key=lambda rate: (loss_at_end(fits[rate]), len(fits[rate])))
    losses = fits[lr]
    end = loss_at_end(losses)
    if _is_fitted(losses, guess):
        sentence = (
            f"{images} images are learned by heart: at a rate of {lr:.1g} their loss falls "
            f"from {losses[0]:.3g} to {end:.2g} in {len(losses)} steps"
        )
        return Finding("one batch", end, sentence)
    rates = ", ".join(f"{rate:.1g}" for rate in sorted(fits))
    sentence = (
        f"the net cannot learn {images} images by heart: in {FIT_STEPS} steps their loss goes "
        f"from {losses[0]:.3g} to {_shown(end)} at best (rates: {rates})"
    )
    advice = "what cannot learn one batch has a bug; settings come later"
    return problem("one batch", end, sentence, advice)


def _rate(
    fits: dict[float, list[float]], own: float | None, suggested: float | None, guess: float
) -> Finding:
    """Whether the own rate learns about as much as the suggested one."""
    name = "learning rate"
    if suggested is None:
        return _no_rate(fits, own, guess)
    if own is None:
        sentence = f"the range test suggests a learning rate of about {suggested:.1g}"
        return Finding(name, suggested, sentence)
    start, own_end, end = fits[own][0], loss_at_end(fits[own]), loss_at_end(fits[suggested])
    sentence = (
        f"on one batch the loss goes from {start:.3g} to {_shown(own_end)} in "
        f"{len(fits[own])} steps at {own:.3g}, and to {_shown(end)} in {len(fits[suggested])} at "
        f"{suggested:.1g}, which the range test suggests"
    )
    # a loss above that of guessing falls to it without anything being learned about the images
    level = min(start, guess)
    if level - own_end >= SMALLEST_SHARE * (level - end) or not _is_fitted(fits[suggested], guess):
        return Finding(name, own, sentence)
    advice = f"use a learning rate of about {suggested:.1g}"
    if own > FARTHEST * suggested:
        return problem(name, own, f"too high: {sentence}", advice)
    if own < suggested / FARTHEST:
        return problem(name, own, f"too low: {sentence}", advice)
    return Finding(name, own, sentence)


def _no_rate(fits: dict[float, list[float]], own: float | None, guess: float) -> Finding:
    if any(_is_fitted(losses, guess) for losses in fits.values()):
        sentence = "the range test suggests no learning rate: the loss falls too little in it"
        return Finding("learning rate", own, sentence)
    sentence = "no learning rate from 1e-6 to 10 makes the loss fall"
    advice = "mend what the other findings say; then check the gradients with gradcheck"
    return problem("learning rate", None, sentence, advice)


def _shown(loss: float) -> str:
    return f"{loss:.3g}" if isfinite(loss) else "infinity"


def guessing(labels: np.ndarray) -> float:
    """The smallest loss of answers that do not depend on the image: the entropy of the labels.

    Parameters
    ----------
    labels : array of shape (N,)
        Class numbers.

    Returns
    -------
    float
        ln K if the K classes have equally many images.
    """
    counts = np.unique(labels, return_counts=True)[1]
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum())


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
