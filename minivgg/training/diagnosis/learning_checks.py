"""Short trainings: can the net learn one batch, at the current and the suggested learning rate?

On one batch, the same at each step, a few steps are enough: its loss does not vary with the images
of the batch, as it does in a training on all images.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf, isfinite
from statistics import mean

from minivgg import backend
from minivgg.training.diagnosis.finding_names import (
    GRADIENT_CLIPPING,
    LEARNING_RATE,
    ONE_BATCH,
    WEIGHT_DECAY,
)
from minivgg.training.diagnosis.findings import Finding, problem
from minivgg.training.diagnosis.loss_levels import Levels, levels
from minivgg.training.diagnosis.range_test import RangeTest
from minivgg.training.diagnosis.subject import Subject

FIT_IMAGES = 16
FIT_STEPS, FEWEST_FIT_STEPS = 120, 40  # for a small net, and at least
DONE = 0.05  # a loss, above the smallest possible one, at which the net has memorised the images
ENDS = 5  # steps whose mean is the loss at the end
# The least that the current rate must reduce the loss, relative to the suggested rate.
SMALLEST_SHARE = 0.4
FARTHEST = 4.0  # factor between two rates, within which none is called too high or too low


@dataclass
class _Fits:
    """Short trainings with the same images, by their rates."""

    levels: Levels
    images: int
    by_rate: dict[float, list[float]]
    without: str = ""  # the setting that the rate of the optimizer was tried without

    def is_fitted(self, lr: float) -> bool:
        return self.levels.is_fitted(loss_at_end(self.by_rate[lr], self.levels.floor))

    def end(self, lr: float) -> float:
        return loss_at_end(self.by_rate[lr], self.levels.floor)

    @property
    def any_fitted(self) -> bool:
        return any(self.is_fitted(lr) for lr in self.by_rate)

    @property
    def best(self) -> float:
        return min(self.by_rate, key=lambda lr: (self.end(lr), len(self.by_rate[lr])))


def fit_one_batch(
    subject: Subject, lr: float, floor: float = 0.0, without_decay: bool = False
) -> list[float]:
    """Train on one batch at one rate, from the weights of the start.

    Parameters
    ----------
    subject : Subject
        What is examined.
    lr : float
        The learning rate.
    floor : float
        The smallest possible loss.
    without_decay : bool
        Whether the weight decay is 0.

    Returns
    -------
    list of float
        The loss before each step. It ends when the net has memorised the images, or the
        loss is not finite.
    """
    x, labels = next(subject.batches(1, FIT_IMAGES))
    subject.restart()
    optimizer, losses = subject.new_optimizer(lr, without_decay), []
    steps = subject.steps_within_budget(FIT_STEPS, FEWEST_FIT_STEPS)
    for _ in subject.steps_of(f"one batch, learning rate {lr:.2g}", steps):
        losses.append(subject.train_step(optimizer, x, labels))
        if not isfinite(losses[-1]) or losses[-1] < floor + DONE:
            break
    return losses


def loss_at_end(losses: list[float], floor: float = 0.0) -> float:
    """The loss at the end of a short training.

    Parameters
    ----------
    losses : list of float
        From ``fit_one_batch``.
    floor : float
        The smallest possible loss.

    Returns
    -------
    float
        Infinite if the training has diverged.
    """
    if not isfinite(sum(losses)):
        return inf
    return losses[-1] if losses[-1] < floor + DONE else mean(losses[-ENDS:])


def check_learning(subject: Subject, test: RangeTest, classes: int) -> list[Finding]:
    """Overfit a few images, as any net can, at the suggested learning rate and at the current one.

    "A Recipe for Training Neural Networks" (Karpathy 2019): what cannot overfit one batch has a
    bug. Before a bug is reported, the current rate is tried without gradient clipping, and
    without weight decay.

    Parameters
    ----------
    subject : Subject
        What is examined.
    test : RangeTest
        Its range test.
    classes : int
        How many outputs the net has.

    Returns
    -------
    list of Finding
        "gradient clipping" or "weight decay" if one of them keeps the images from being learned,
        "learning rate" and "one batch".
    """
    current, suggested = test.current, test.suggested
    labels = backend.to_numpy(next(subject.batches(1, FIT_IMAGES))[1])
    level = levels(subject, labels, classes)
    rates = [lr for lr in (current, suggested) if lr is not None]
    by_rate = {lr: fit_one_batch(subject, lr, level.floor) for lr in rates}
    fits = _Fits(level, len(labels), by_rate)
    setting = None
    if current is not None and not fits.is_fitted(current):
        setting = _setting_at_fault(subject, current, fits)
    origin = "which the range test suggests"
    if not fits.any_fitted:
        for lr in [lr / 10 for lr in by_rate] or [0.01]:
            by_rate[lr] = fit_one_batch(subject, lr, level.floor)
        if fits.any_fitted and suggested is not None:
            suggested, origin = fits.best, "which is a tenth of a rate that was tried"
    rate = _rate(fits, current, suggested, origin)
    return [*([setting] if setting else []), rate, _one_batch(fits)]


def _setting_at_fault(subject: Subject, current: float, fits: _Fits) -> Finding | None:
    """The setting without which the images are learned at the current rate, but not with it."""
    start, end = fits.by_rate[current][0], fits.end(current)
    settings = {GRADIENT_CLIPPING: subject.max_gradient_norm, WEIGHT_DECAY: _weight_decay(subject)}
    advice = {
        GRADIENT_CLIPPING: "clip at a norm of 1 to 5, or not at all",
        WEIGHT_DECAY: "use a weight decay of 5e-4, or 0.01 with AdamW",
    }
    for name, value in settings.items():
        if not value:
            continue
        with _unclipped(subject, name == GRADIENT_CLIPPING):
            losses = fit_one_batch(subject, current, fits.levels.floor, name == WEIGHT_DECAY)
        if not fits.levels.is_fitted(loss_at_end(losses, fits.levels.floor)):
            continue
        what = f"a weight decay of {value:g}" if name == WEIGHT_DECAY else f"clipping at {value:g}"
        sentence = (
            f"with {what} the loss of one batch goes from {start:.3g} to {_shown(end)} in "
            f"{len(fits.by_rate[current])} steps, without it to {losses[-1]:.3g} in {len(losses)}"
        )
        fits.by_rate[current], fits.without = losses, name
        return problem(name, value, sentence, advice[name])
    return None


def _weight_decay(subject: Subject) -> float:
    decay = getattr(subject.optimizer, "weight_decay", 0.0)
    return float(decay) if isinstance(decay, float | int) else 0.0


@contextmanager
def _unclipped(subject: Subject, without: bool) -> Iterator[None]:
    norm = subject.max_gradient_norm
    subject.max_gradient_norm = None if without else norm
    try:
        yield
    finally:
        subject.max_gradient_norm = norm


def _one_batch(fits: _Fits) -> Finding:
    lr = fits.best
    losses, end = fits.by_rate[lr], fits.end(lr)
    if fits.is_fitted(lr):
        without = f" without {fits.without}" if fits.without else ""
        sentence = (
            f"the net overfits {fits.images} images{without}: at a rate of {lr:.1g} their "
            f"loss falls from {losses[0]:.3g} to {end:.2g} in {len(losses)} steps"
        )
        return Finding(ONE_BATCH, end, sentence)
    rates = ", ".join(f"{rate:.1g}" for rate in sorted(fits.by_rate))
    sentence = (
        f"the net cannot overfit {fits.images} images: in {len(losses)} steps their loss goes "
        f"from {losses[0]:.3g} to {_shown(end)} at best (rates: {rates})"
    )
    advice = "the cause is in the net, the loss or the data, or in a setting named above"
    return problem(ONE_BATCH, end, sentence, advice)


def _rate(fits: _Fits, current: float | None, suggested: float | None, origin: str) -> Finding:
    """Whether the current rate learns about as much as the suggested one."""
    name = LEARNING_RATE
    if suggested is None:
        return _no_rate(fits, current)
    if current is None:
        sentence = f"the range test suggests a learning rate of about {suggested:.1g}"
        return Finding(name, suggested, sentence)
    start, current_end, end = fits.by_rate[current][0], fits.end(current), fits.end(suggested)
    sentence = (
        f"on one batch the loss goes from {start:.3g} to {_shown(current_end)} in "
        f"{len(fits.by_rate[current])} steps at a rate of {current:.3g}, and to {_shown(end)} in "
        f"{len(fits.by_rate[suggested])} steps at {suggested:.1g}, {origin}"
    )
    # a loss above that of guessing falls to it without anything being learned about the images
    level = min(start, fits.levels.guess)
    learns = level - current_end >= SMALLEST_SHARE * (level - end)
    if learns or current_end < fits.levels.floor + DONE or not fits.is_fitted(suggested):
        return Finding(name, current, sentence)
    advice = f"use a learning rate of about {suggested:.1g}"
    if current > FARTHEST * suggested:
        return problem(name, current, f"too high: {sentence}", advice)
    if current < suggested / FARTHEST:
        return problem(name, current, f"too low: {sentence}", advice)
    return Finding(name, current, sentence)


def _no_rate(fits: _Fits, current: float | None) -> Finding:
    if fits.any_fitted:
        sentence = "the range test suggests no learning rate: the loss falls too little in it"
        return Finding(LEARNING_RATE, current, sentence)
    sentence = "no learning rate from 1e-6 to 10 makes the loss fall"
    advice = "fix the other findings first; then check the gradients with gradcheck"
    return problem(LEARNING_RATE, None, sentence, advice)


def _shown(loss: float) -> str:
    return f"{loss:.3g}" if isfinite(loss) else "infinity"
