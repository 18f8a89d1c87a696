"""Assignment 6: SGD with momentum and weight decay, and when to lower the learning rate."""

from collections.abc import Callable, Sequence

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task, levels, normal, previous


def sgd_step(
    w: Array,
    g: Array,
    v: Array,
    lr: float,
    momentum: float,
    weight_decay: float,
    mistakes: Mistakes = (),
) -> tuple[Array, Array]:
    """v ← momentum · v − lr · (g + weight_decay · w); w ← w + v."""
    decay = weight_decay
    if "decay-missing" in mistakes or any("decay-decoupled" in name for name in mistakes):
        decay = 0
    if "decay-with-wrong-sign" in mistakes:
        decay = -decay
    if "decay-doubled" in mistakes:
        decay = 2 * decay
    if "no-decay-on-biases" in mistakes and w.ndim == 1:
        decay = 0
    if "momentum-forgotten" in mistakes:
        v = 0 * v
    decaying = w
    if "decay-by-sign" in mistakes:
        decaying = np.sign(w)
    if "decay-of-the-gradient" in mistakes:
        decaying = g
    step = lr * (g + decay * decaying)
    if "decay-without-rate" in mistakes:
        step = lr * g + decay * w
    if "rate-forgotten" in mistakes:
        step = g + decay * w
    new_w, new_v = _update(w, v, step, lr, momentum, mistakes)
    if "decay-decoupled" in mistakes:
        new_w = new_w - lr * weight_decay * w
    if "decay-decoupled/2" in mistakes:
        new_w = new_w - weight_decay * w
    if "decay-decoupled/3" in mistakes:
        new_w = new_w * (1 - lr * weight_decay)
    return new_w, v if "old-velocity-returned" in mistakes else new_v


def _update(
    w: Array, v: Array, step: Array, lr: float, momentum: float, mistakes: Mistakes
) -> tuple[Array, Array]:
    """The new w and v, by the rule or a variant of it. step: lr times the gradient with decay."""
    share = 1 - momentum
    after = momentum * v - step
    rules: dict[str, Callable[[], tuple[Array, Array]]] = {
        "step-uphill": lambda: (w - after, after),
        "step-uphill/2": lambda: (w + (momentum * v + step), momentum * v + step),
        "momentum-on-the-gradient-too": lambda: (w + momentum * (v - step), momentum * (v - step)),
        "momentum-and-rate-exchanged": lambda: (
            w + lr * v - momentum * step / lr,
            lr * v - momentum * step / lr,
        ),
        "old-velocity-used": lambda: (w + v, after),
        "rate-twice": lambda: (w + lr * after, after),
        "rate-twice/2": lambda: (w + (momentum * v - lr * step), momentum * v - lr * step),
        "velocity-not-decaying": lambda: (w + (v - step), v - step),
        "velocity-stored-negated": lambda: (w - (momentum * v + step), momentum * v + step),
        "velocity-without-rate": lambda: (
            w - lr * (momentum * v + step / lr),
            momentum * v + step / lr,
        ),
        "velocity-without-rate/2": lambda: (
            w + lr * (momentum * v - step / lr),
            momentum * v - step / lr,
        ),
        "nesterov": lambda: (w + momentum * after - step, after),
        "nesterov/2": lambda: (
            w - lr * (step / lr + momentum * (momentum * v + step / lr)),
            momentum * v + step / lr,
        ),
        "exponential-average": lambda: (
            w + (momentum * v - share * step),
            momentum * v - share * step,
        ),
        "exponential-average/2": lambda: (
            w - lr * (momentum * v + share * step / lr),
            momentum * v + share * step / lr,
        ),
        "exponential-average/3": lambda: (
            w - (momentum * v + share * step),
            momentum * v + share * step,
        ),
    }
    return select(rules, mistakes, lambda: (w + after, after))()


SGD_STEP = Task(
    "sgd_step(w, g, v, lr, momentum, weight_decay)",
    ("w", "v"),
    "One step of the paper's rule: v ← momentum·v − lr·(g + weight_decay·w), then w ← w + v.",
    sgd_step,
    (
        Case("the first step", ([normal(3, 4), normal(3, 4), levels(1, 3, 4), 0.2, 0.9, 0.0],)),
        Case("with velocity", ([normal(3, 4), normal(3, 4), normal(3, 4), 0.3, 0.9, 0.0],)),
        Case("with velocity and weight decay",
             ([normal(3, 4), normal(3, 4), normal(3, 4), 0.2, 0.8, 0.3],)),
        Case(
            "three steps, the last with a lower rate",
            (
                [normal(5, 2), normal(5, 2), levels(1, 5, 2), 0.2, 0.9, 0.05],
                [previous(0), normal(5, 2), previous(1), 0.2, 0.9, 0.05],
                [previous(0), normal(5, 2), previous(1), 0.02, 0.9, 0.05],
            ),
        ),
        Case("a bias", ([normal(6), normal(6), normal(6), 0.05, 0.9, 0.5],)),
    ),
    (
        Mistake("velocity-without-rate",
                "The learning rate multiplies the velocity when it is used: this is PyTorch's form "
                "of momentum.",
                "In the paper's form the rate is part of the velocity, so a lower rate affects new "
                "gradients only.", 6, convention=True, variants=2),
        Mistake("velocity-stored-negated", "The velocity is stored with the opposite sign.",
                "The paper's v points downhill.", 6, convention=True),
        Mistake("nesterov", "This is Nesterov's momentum.",
                "The paper uses classical momentum.", 6, convention=True, variants=2),
        Mistake("exponential-average", "The gradient is multiplied by 1 − momentum.",
                "This is an exponential moving average; the paper sums the gradients.",
                6, convention=True, variants=3),
        Mistake("no-decay-on-biases", "Biases do not decay.",
                "In the paper all parameters decay; many recipes exclude the biases.",
                6, convention=True),
        Mistake("step-uphill", "The step goes uphill.",
                "If the gradient is positive, should w increase or decrease?", 6, variants=2),
        Mistake("momentum-forgotten", "The velocity is 0 at the beginning of every step.",
                "What is the new v after a step with g = 0?", 6),
        Mistake("momentum-on-the-gradient-too", "The new gradient is multiplied by momentum, too.",
                "Which of the two terms does momentum multiply?", 6),
        Mistake("momentum-and-rate-exchanged", "momentum and lr are swapped.",
                "Which of the two is close to 1?", 6),
        Mistake("velocity-not-decaying", "The old velocity is not multiplied by momentum.",
                "Which factor does v have?", 6),
        Mistake("old-velocity-used", "w is updated with the velocity of the previous step.",
                "Which is computed first: the new v, or the new w?", 6),
        Mistake("old-velocity-returned", "The velocity that is returned is the old one.",
                "Which velocity does the next step need?", 6),
        Mistake("rate-twice", "The step is multiplied by the learning rate twice.",
                "Is lr already part of v?", 6, variants=2),
        Mistake("rate-forgotten", "The learning rate has no effect.",
                "Which factor does the gradient have?", 6),
        Mistake("decay-missing", "The weights do not decay.",
                "How does w change if g is always 0?", 6),
        Mistake("decay-with-wrong-sign", "The weights grow instead of decaying.",
                "With g = 0 and v = 0, is w smaller after the step?", 6),
        Mistake("decay-of-the-gradient",
                "weight_decay scales the gradient, and the weights do not decay.",
                "Which array should become smaller?", 6),
        Mistake("decay-by-sign", "All weights decay by the same amount.",
                "This is the derivative of λ·|w|. Which function has the derivative λ·w?", 6),
        Mistake("decay-doubled", "The weights decay twice as fast as they should.",
                "What is the derivative of ½·λ·w²?", 6),
        Mistake("decay-decoupled",
                "The decay is applied to w directly and not through the velocity, as in AdamW.",
                "In the paper's rule the decay is part of v. Where?", 6, variants=3),
        Mistake("decay-without-rate", "The decay is not multiplied by the learning rate.",
                "The term is ε·λ·w. Which factor is missing?", 6),
    ),
    points=15,
    writable=(0, 2),
)  # fmt: skip


def plateau(
    history: Sequence[float], lr: float, factor: float, patience: int, mistakes: Mistakes = ()
) -> float:
    """The learning rate for the next epoch."""
    patience += ("one-epoch-too-patient" in mistakes) - ("one-epoch-too-impatient" in mistakes)
    rules: dict[str, Callable[[], float]] = {
        "rate-raised": lambda: lr / factor,
        "factor-subtracted": lambda: lr - factor,
        "factor-subtracted/2": lambda: lr * (1 - factor),
        "factor-is-the-rate": lambda: factor,
    }
    lower = select(rules, mistakes, lambda: lr * factor)()
    if len(history) <= patience + ("one-epoch-too-patient/2" in mistakes):
        always = "short-history-is-a-plateau/2" in mistakes
        return lower if always or ("short-history-is-a-plateau" in mistakes and history) else lr
    is_plateau = _is_plateau(history, patience, mistakes)
    if "upside-down" in mistakes:
        is_plateau = not is_plateau
    return lower if is_plateau and "never-lowered" not in mistakes else lr


def _is_plateau(history: Sequence[float], patience: int, mistakes: Mistakes) -> bool:
    """Whether none of the last ``patience`` accuracies is better than the best before them."""
    before = history[: len(history) - patience]
    recent = history[len(history) - patience :] if patience < len(history) else []
    rules: dict[str, Callable[[], bool]] = {
        "compares-with-epoch-before": lambda: history[-1] <= history[-2],
        "compares-with-epoch-before/2": lambda: all(
            history[i] <= history[i - 1] for i in range(len(history) - patience, len(history))
        ),
        "compares-with-one-epoch/2": lambda: history[-1] <= history[0],
        "looks-at-last-epoch-only/2": lambda: history[-1] <= max(history[:-1]),
        "compares-with-one-epoch": lambda: history[-1] <= history[-1 - patience],
        "compares-with-mean": lambda: max(recent) <= sum(before) / len(before),
        "looks-at-last-epoch-only": lambda: recent[-1] <= max(before),
        "accuracy-as-loss": lambda: min(recent) >= min(before),
        "equal-is-better": lambda: max(recent) < max(before),
    }
    return select(rules, mistakes, lambda: max(recent) <= max(before))()


PLATEAU = Task(
    "plateau(history, lr, factor, patience)",
    ("lr",),
    "The learning rate for the next epoch: lr·factor if none of the last `patience` accuracies is "
    "better than the best before them, else lr. history: validation accuracies since the rate last "
    "changed, the newest last. `patience` accuracies or fewer are not enough to decide: then lr.",
    plateau,
    (
        Case("still improving", ([[0.3, 0.5, 0.6, 0.7, 0.8], 0.1, 0.1, 2],)),
        Case("two epochs without a new best", ([[0.3, 0.5, 0.8, 0.7, 0.75], 0.1, 0.1, 2],)),
        Case("worse than the best, better than the previous epoch",
             ([[0.3, 0.9, 0.6, 0.7, 0.8], 0.1, 0.5, 3],)),
        Case("one bad epoch", ([[0.3, 0.5, 0.8, 0.9, 0.7], 0.01, 0.1, 2],)),
        Case("as good as the best, not better", ([[0.5, 0.8, 0.8, 0.6, 0.8], 0.1, 0.2, 3],)),
        Case("three epochs, patience 3", ([[0.5, 0.4, 0.3], 0.1, 0.1, 3],)),
        Case("four epochs, patience 3", ([[0.5, 0.4, 0.3, 0.2], 0.1, 0.1, 3],)),
        Case("better than the first epoch, not than the best",
             ([[0.2, 0.9, 0.5, 0.6, 0.7], 0.1, 0.1, 2],)),
        Case("better than the mean, not than the best",
             ([[0.1, 0.2, 0.9, 0.8, 0.8], 0.1, 0.1, 2],)),
        Case("the best just within patience", ([[0.5, 0.6, 0.9, 0.8], 0.1, 0.1, 2],)),
        Case("lower, but better than the first epoch", ([[0.1, 0.9, 0.8, 0.3, 0.2], 0.1, 0.1, 2],)),
        Case("a new best two epochs ago, patience 3", ([[0.5, 0.6, 0.9, 0.7], 0.1, 0.1, 3],)),
        Case("a very small improvement", ([[0.5, 0.8, 0.802, 0.7], 0.1, 0.1, 2],)),
        Case("no epoch yet", ([[], 0.1, 0.1, 2],)),
    ),
    (
        Mistake("one-epoch-too-patient", "The learning rate falls one epoch too late.",
                "Count the epochs after the best one by hand, for patience 1.", 6, variants=2),
        Mistake("one-epoch-too-impatient", "The learning rate falls one epoch too early.",
                "Count the epochs after the best one by hand, for patience 2.", 6),
        Mistake("compares-with-epoch-before",
                "Accuracies are compared with that of the previous epoch.",
                "Better than what: the previous epoch, or the best one?", 6, variants=2),
        Mistake("compares-with-one-epoch",
                "The newest accuracy is compared with a single earlier one.",
                "Better than what: one epoch, or the best one?", 6, variants=2),
        Mistake("compares-with-mean", "Accuracies are compared with the mean of earlier ones.",
                "Better than what: the mean, or the best?", 6),
        Mistake("looks-at-last-epoch-only", "Only the newest accuracy counts.",
                "If there was a new best one epoch ago, is that a plateau?", 6, variants=2),
        Mistake("accuracy-as-loss", "Smaller accuracies count as better.",
                "Which accuracy is better, 0.3 or 0.8?", 6),
        Mistake("equal-is-better", "An accuracy that equals the best counts as a new best.",
                "Is 0.8 after 0.8 an improvement?", 6),
        Mistake("rate-raised", "The learning rate increases.", "lr · factor, or lr / factor?", 6),
        Mistake("factor-subtracted", "factor is subtracted.",
                "The paper divides the rate by 10.", 6, variants=2),
        Mistake("factor-is-the-rate", "The new learning rate is factor.",
                "A factor multiplies.", 6),
        Mistake("short-history-is-a-plateau",
                "The learning rate falls before there are enough epochs.",
                "What can you conclude after one epoch?", 6, variants=2),
        Mistake("upside-down",
                "The learning rate falls while accuracies improve, and is kept when they do not.",
                "Is the comparison the right way round?", 6),
        Mistake("never-lowered", "The learning rate never falls.",
                "Trace two epochs without a new best by hand.", 6),
    ),
)  # fmt: skip

TASKS = (SGD_STEP, PLATEAU)
