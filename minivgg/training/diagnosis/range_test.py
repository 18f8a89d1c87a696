"""The learning-rate range test: the rate grows with each step, and the loss says when it is good.

Smith 2017, "Cyclical Learning Rates for Training Neural Networks", §3.3, with the exponential
growth and the smoothing of fastai's ``lr_find``. At first the rate is too low for the loss to move,
then the loss falls, and in the end it rises. The minimum is late: there the steps are already as
long as they can be. A tenth of that rate is fastai's suggestion.

The loss is that of one batch, from which nothing is learned. So the curve does not vary
with the images of each batch; batches are small here.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from minivgg.training.diagnosis.subject import Subject

LOWEST, HIGHEST = 1e-6, 10.0
STEPS, FEWEST_STEPS = 64, 32  # for a small net, and at least
SMOOTHING = 0.6  # of the running mean of the loss; it averages about 2 or 3 steps
STOP = 2.0  # the test ends when the loss is this many times the smallest one
BELOW_MINIMUM = 10.0
SMALLEST_FALL = 0.03  # of the loss, relative; less may be the difference of two batches


@dataclass(frozen=True)
class RangeTest:
    """What the range test found.

    Parameters
    ----------
    rates : list of float
        The learning rate of each step.
    losses : list of float
        The loss of a batch before each step.
    smoothed : list of float
        Its running mean.
    suggested : float or None
        The learning rate to use; None if the loss falls at no rate.
    current : float or None
        That of the optimizer; None if there is none.
    """

    rates: list[float]
    losses: list[float]
    smoothed: list[float]
    suggested: float | None
    current: float | None


def run_range_test(subject: Subject, steps: int | None = None) -> RangeTest:
    """Train with a rate that grows from step to step.

    Parameters
    ----------
    subject : Subject
        What is examined.
    steps : int, optional
        How many at most (default: 64, or fewer for a large net).

    Returns
    -------
    RangeTest
        Up to the step at which the loss has risen.
    """
    if steps is None:
        steps = subject.steps_within_budget(STEPS, FEWEST_STEPS)
    subject.restart()
    optimizer = subject.new_optimizer()
    rates = np.geomspace(LOWEST, HIGHEST, steps).tolist()
    losses: list[float] = []
    smoothed: list[float] = []
    mean = 0.0
    batches = subject.batches(1 + steps)
    reference = next(batches)
    for k in subject.steps_of("learning-rate range test", steps):
        x, labels = next(batches)
        loss = subject.loss_of(*reference)
        optimizer.lr = rates[k]
        if not isfinite(loss) or not isfinite(subject.train_step(optimizer, x, labels)):
            break
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        losses.append(loss)
        smoothed.append(mean / (1 - SMOOTHING ** (k + 1)))  # the mean starts at 0
        if smoothed[-1] > STOP * min(smoothed):
            break
    current = subject.optimizer.lr if subject.has_optimizer else None
    rates = rates[: len(losses)]
    return RangeTest(rates, losses, smoothed, suggestion(rates, smoothed), current)


def suggestion(rates: list[float], smoothed: list[float]) -> float | None:
    """A tenth of the rate at which the loss is smallest.

    Parameters
    ----------
    rates, smoothed : list of float
        Of a range test.

    Returns
    -------
    float or None
        None if the loss does not fall.
    """
    if not smoothed:
        return None
    start = float(np.mean(smoothed[: max(1, len(smoothed) // 8)]))
    lowest = int(np.argmin(smoothed))
    if smoothed[lowest] > (1 - SMALLEST_FALL) * start:
        return None
    return rates[lowest] / BELOW_MINIMUM
