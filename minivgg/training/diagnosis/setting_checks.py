"""Settings that can be judged by themselves: momentum, weight decay, dropout, batch norm."""

from collections.abc import Iterable
from math import log

import numpy as np

from minivgg.layers import BatchNorm2d, Dropout, Layer
from minivgg.training.diagnosis.findings import Finding, percent, problem, warning
from minivgg.training.diagnosis.subject import Subject

# Momentum m remembers 1/(1 − m) steps. Usual are 0.9 to 0.95, 10 to 20 steps; 0.99 only late in a
# training (Sutskever et al. 2013, "On the importance of initialization and momentum").
LONGEST_MEMORY = 100
# L2 decay pulls with the force d·|w|, the gradient with |g|. At 1 the loss is the lesser matter.
STRONGEST_DECAY = 1.0
SHORTEST_HALF_LIFE = 100  # steps after which a decoupled decay (AdamW) has halved the weights
# Share of units that dropout removes. Srivastava et al. 2014 (§7.3) found 0.4 to 0.8 alike where
# layers are wide, and 0.5 the usual choice.
MOST_DROPPED = 0.8
SMALLEST_BATCH = 4  # for batch norm; Wu & He 2018 ("Group Normalization", fig. 1): worse below 16


def check_optimizer(subject: Subject) -> list[Finding]:
    """Judge momentum and weight decay.

    Parameters
    ----------
    subject : Subject
        What is examined, with the gradients of one backward pass.

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
        found.append(_momentum(float(momentum)))
    if isinstance(decay, float | int):
        is_decoupled = type(optimizer).__name__ == "AdamW"
        found.append(_decoupled(subject, decay) if is_decoupled else _decay(subject, decay))
    return found


def _momentum(momentum: float) -> Finding:
    steps = 1 / (1 - momentum)
    sentence = f"a momentum of {momentum:g} adds up the last {steps:.0f} gradients"
    if steps < LONGEST_MEMORY * (1 - 1e-9):
        return Finding("momentum", momentum, sentence)
    sentence += f": steps are {steps:.0f} times as long as without, and turn as slowly"
    advice = "use a momentum of 0.9; for a larger one divide the learning rate by as much"
    return warning("momentum", momentum, sentence, advice)


def _decay(subject: Subject, decay: float) -> Finding:
    learned = [p for p in subject.net.parameters().values() if not p.frozen]
    gradient = _length(p.grad for p in learned)
    force = decay * _length(p.array for p in learned) / max(gradient, 1e-30)
    sentence = (
        f"a weight decay of {decay:g} pulls the weights towards 0 by {force:.2g} times the gradient"
    )
    if not gradient or force <= STRONGEST_DECAY:
        return Finding("weight decay", force if gradient else 0.0, sentence)
    advice = "use a weight decay of 5e-4 or less"
    return problem("weight decay", force, sentence, advice)


def _decoupled(subject: Subject, decay: float) -> Finding:
    per_step = subject.optimizer.lr * decay
    half_life = log(2) / per_step if per_step else float("inf")
    sentence = f"a weight decay of {decay:g} halves the weights in {half_life:,.0f} steps"
    if half_life > SHORTEST_HALF_LIFE:
        return Finding("weight decay", half_life, sentence)
    return problem("weight decay", half_life, sentence, "use a weight decay of 0.01 to 0.1")


def _length(arrays: Iterable[np.ndarray]) -> float:
    return float(sum(float((a.astype(np.float64) ** 2).sum()) for a in arrays)) ** 0.5


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
        return Finding("mode", None, "the net is in training mode")
    sentence = (
        "the net is in eval mode: nothing is saved for the backward pass, dropout is off, and "
        "batch norm does not learn"
    )
    advice = "call net.train() before training; Trainer does so by itself"
    return warning("mode", None, sentence, advice)


def _dropout(share: float) -> Finding:
    sentence = f"dropout removes {percent(share)} of the units in each step"
    if share <= MOST_DROPPED:
        return Finding("dropout", share, sentence)
    sentence += f": what is left is multiplied by {1 / max(1 - share, 1e-9):.3g}"
    return problem("dropout", share, sentence, "use 0.5, or less where a net is too small to learn")


def _batch_norm(size: int) -> Finding:
    sentence = f"batch norm takes its statistics over batches of {size}"
    if size >= SMALLEST_BATCH:
        return Finding("batch norm", size, sentence)
    advice = "use batches of 16 or more images, or a net without batch norm"
    sentence += ": they are mostly noise, and differ from those of eval mode"
    return (problem if size == 1 else warning)("batch norm", size, sentence, advice)
