"""The length of a training, and how it went: how many steps, and what its history says."""

from collections.abc import Sequence

from minivgg.training.diagnosis.finding_names import HISTORY, NUMBER_OF_STEPS, WARM_UP
from minivgg.training.diagnosis.findings import Finding, note, percent, problem, warning
from minivgg.training.history import EpochRow, monitored

# Even overfitting one batch takes about this many steps.
FEWEST_STEPS = 30
LONGEST_WARMUP = 0.5  # share of the epochs
# By how much the validation loss must rise over its minimum, relative to it, and for how many
# epochs, to be more than noise.
RISE, EPOCHS_OF_RISE = 0.1, 2
CHANCE = 0.03  # an accuracy this close to that of the largest class is chance


def check_length(steps_per_epoch: int, epochs: int, warmup: int = 0) -> list[Finding]:
    """Whether a training is long enough to learn anything.

    Parameters
    ----------
    steps_per_epoch : int
        How many batches an epoch has.
    epochs : int
        How many are planned.
    warmup : int
        In how many of them the learning rate rises.

    Returns
    -------
    list of Finding
        "number of steps", and "warm-up" if there is one.
    """
    steps = steps_per_epoch * epochs
    sentence = f"the training has {steps:,} steps in all ({_epochs(epochs)} of {steps_per_epoch:,})"
    found = [Finding(NUMBER_OF_STEPS, steps, sentence)]
    if steps < FEWEST_STEPS:
        advice = "use smaller batches or more epochs"
        found = [problem(NUMBER_OF_STEPS, steps, f"{sentence}: too few to learn from", advice)]
    if warmup:
        sentence = f"the learning rate rises in the first {warmup} of {epochs} epochs"
        is_long = warmup > LONGEST_WARMUP * epochs
        advice = f"use a warm-up of at most {max(1, epochs // 10)} of {epochs} epochs"
        found.append(
            warning(WARM_UP, warmup, sentence, advice)
            if is_long
            else Finding(WARM_UP, warmup, sentence)
        )
    return found


def check_history(history: Sequence[EpochRow], largest_share: float) -> list[Finding]:
    """What the history of a training says about its result.

    Parameters
    ----------
    history : sequence of EpochRow
        Of the epochs so far.
    largest_share : float
        Share of the training images that are of the largest class.

    Returns
    -------
    list of Finding
        "history", if there is any.
    """
    if not history:
        return []
    accuracies = monitored(history, "validation_accuracy") or monitored(history, "train_accuracy")
    epoch = history[-1]["epoch"]
    if accuracies and max(accuracies.values()) <= largest_share + CHANCE:
        best = max(accuracies.values())
        sentence = (
            f"after {_epochs(epoch)} the accuracy is {percent(best)} at best, as by chance (the "
            f"largest class has {percent(largest_share)} of the images)"
        )
        advice = "the training has learned nothing: see the other findings"
        return [warning(HISTORY, best, sentence, advice)]
    losses = monitored(history, "validation_loss")
    low = min(losses, key=lambda k: losses[k]) if losses else epoch
    train = {row["epoch"]: row["loss"] for row in history}
    if losses and (
        epoch - low >= EPOCHS_OF_RISE
        and losses[max(losses)] > (1 + RISE) * losses[low]
        and train[epoch] < train.get(low, train[epoch])
    ):
        sentence = (
            f"the net overfits since epoch {low}: its validation loss has risen from "
            f"{losses[low]:.3g} to {losses[max(losses)]:.3g}, while the training loss has fallen "
            f"from {train[low]:.3g} to {train[epoch]:.3g}"
        )
        advice = "use more images, augmentation, dropout or weight decay, or early stopping"
        return [note(HISTORY, low, sentence, advice)]
    if not accuracies:
        return []
    last = accuracies[max(accuracies)]
    sentence = f"after {_epochs(epoch)} the accuracy is {percent(last)}"
    return [Finding(HISTORY, last, sentence)]


def _epochs(count: int) -> str:
    return "1 epoch" if count == 1 else f"{count} epochs"
