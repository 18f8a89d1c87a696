"""Settings that can be judged by themselves: momentum, weight decay, dropout, batch norm."""

from math import inf, log

from minivgg.layers import BatchNorm2d, Dropout, Layer
from minivgg.training.diagnosis.finding_names import (
    BATCH_NORM,
    DROPOUT,
    MODE,
    MOMENTUM,
    WEIGHT_DECAY,
)
from minivgg.training.diagnosis.findings import Finding, percent, problem, warning
from minivgg.training.diagnosis.subject import Subject
from minivgg.training.interfaces import OptimizerLike

# Momentum m adds up about 1/(1 − m) gradients. Usual are 0.9 to 0.95, 10 to 20; 0.99 only late in a
# training (Sutskever et al. 2013, "On the importance of initialization and momentum").
LONGEST_MEMORY = 100
# Steps after which weight decay alone would have halved the weights. 5e-4 needs thousands.
SHORTEST_HALF_LIFE = 100
# Share of units that dropout removes. Srivastava et al. 2014 (§7.3) found 0.4 to 0.8 alike where
# layers are wide, and 0.5 the usual choice.
MOST_DROPPED = 0.8
SMALLEST_BATCH = 4  # for batch norm; Wu & He 2018 ("Group Normalization", fig. 1): worse below 16


def check_optimizer(subject: Subject, suggested: float | None = None) -> list[Finding]:
    """Judge momentum and weight decay.

    Parameters
    ----------
    subject : Subject
        What is examined.
    suggested : float, optional
        The learning rate to use, if the optimizer's is at fault: then the decay is judged at it.

    Returns
    -------
    list of Finding
        "momentum" and "weight decay", where the optimizer has them.
    """
    optimizer = subject.optimizer
    betas = getattr(optimizer, "betas", (None,))
    momentum = getattr(optimizer, "momentum", betas[0])
    decay = getattr(optimizer, "weight_decay", None)
    found = []
    if isinstance(momentum, float | int) and momentum < 1:
        found.append(_momentum(float(momentum), averages=betas[0] is not None))
    if isinstance(decay, float | int):
        lr = min(optimizer.lr, suggested or optimizer.lr)
        found.append(_decay(optimizer, lr, float(decay), betas[0] is not None))
    return found


def _momentum(momentum: float, averages: bool) -> Finding:
    steps = 1 / (1 - momentum)
    verb = "averages" if averages else "adds up"
    what = "beta1" if averages else "momentum"
    sentence = f"a {what} of {momentum:g} {verb} the last {steps:.0f} gradients"
    if steps < LONGEST_MEMORY * (1 - 1e-9):
        return Finding(MOMENTUM, momentum, sentence)
    if averages:  # their mean is divided by its own size: steps are no longer
        sentence += ": the steps follow a change of the gradient only slowly"
        return warning(MOMENTUM, momentum, sentence, "use betas=(0.9, 0.999)")
    sentence += (
        f": steps are {steps:.0f} times as long as without it, and change direction as slowly"
    )
    advice = "use a momentum of 0.9; for a larger one divide the learning rate by as much"
    return warning(MOMENTUM, momentum, sentence, advice)


def _decay(optimizer: OptimizerLike, lr: float, decay: float, is_adam: bool) -> Finding:
    """How fast weight decay alone makes the weights smaller.

    A step multiplies them by 1 − lr · decay; momentum m adds up 1/(1 − m) of such steps. Where
    Adam divides the decay by its own size with the gradient, only the experiment of
    ``check_learning`` tells.
    """
    if is_adam and not getattr(optimizer, "decoupled", False):
        return Finding(WEIGHT_DECAY, decay, f"the weight decay is {decay:g}")
    momentum = 0.0 if is_adam else float(getattr(optimizer, "momentum", 0.0))
    longer = min(1 / max(1 - momentum, 1e-9), LONGEST_MEMORY)  # beyond, momentum is at fault
    per_step = lr * decay * longer
    if not per_step:
        return Finding(WEIGHT_DECAY, inf, f"the weight decay is {decay:g}")
    half_life = log(2) / per_step
    sentence = f"a weight decay of {decay:g} alone halves the weights in {half_life:,.0f} steps"
    if half_life > SHORTEST_HALF_LIFE:
        return Finding(WEIGHT_DECAY, half_life, sentence)
    advice = "use a weight decay of 0.01 to 0.1" if is_adam else "use a weight decay of 5e-4"
    return problem(WEIGHT_DECAY, half_life, sentence, advice)


def check_modes(subject: Subject, net: Layer) -> list[Finding]:
    """Judge what differs between training and evaluation: mode, dropout and batch norm.

    Parameters
    ----------
    subject : Subject
        What is examined.
    net : Layer
        The original, with its dropout.

    Returns
    -------
    list of Finding
        "mode", and "dropout" and "batch norm" where the net has them.
    """
    found = [_mode(subject.was_training)]
    shares = [layer.p for layer in net.descendants() if isinstance(layer, Dropout)]
    if shares:
        found.append(_dropout(max(shares)))
    if any(isinstance(layer, BatchNorm2d) for layer in net.descendants()):
        found.append(_batch_norm(subject.loader.batch_size))
    return found


def _mode(is_training: bool) -> Finding:
    if is_training:
        return Finding(MODE, None, "the net is in training mode")
    sentence = (
        "the net is in eval mode: nothing is saved for the backward pass, dropout is off, and "
        "batch norm does not learn"
    )
    advice = "call net.train() before training; Trainer does so itself"
    return warning(MODE, None, sentence, advice)


def _dropout(share: float) -> Finding:
    sentence = f"dropout removes {percent(share)} of the units in each step"
    if share <= MOST_DROPPED:
        return Finding(DROPOUT, share, sentence)
    sentence += f": the other units are multiplied by {1 / max(1 - share, 1e-9):.3g}"
    return problem(DROPOUT, share, sentence, "use 0.5, or less where a net is too small to learn")


def _batch_norm(size: int) -> Finding:
    sentence = f"batch norm takes its statistics over batches of {size}"
    if size >= SMALLEST_BATCH:
        return Finding(BATCH_NORM, size, sentence)
    advice = "use batches of 16 or more images, or a net without batch norm"
    sentence += ": they are mostly noise, and differ from those of eval mode"
    return (problem if size == 1 else warning)(BATCH_NORM, size, sentence, advice)
