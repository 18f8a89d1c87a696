"""Assignment 6: momentum SGD with weight decay, and when to lower the rate."""

import numpy as np

from minivgg.classroom.tasks import Case, Mistake, Task, levels, normal, previous


def sgd_step(w, g, v, lr, momentum, weight_decay, wrong=()):
    """v ← momentum · v − lr · (g + weight_decay · w); w ← w + v."""
    decay = weight_decay
    if "decay-missing" in wrong or any("decay-decoupled" in name for name in wrong):
        decay = 0
    if "decay-with-wrong-sign" in wrong:
        decay = -decay
    if "decay-doubled" in wrong:
        decay = 2 * decay
    if "no-decay-on-biases" in wrong and w.ndim == 1:
        decay = 0
    if "momentum-forgotten" in wrong:
        v = 0 * v
    what_decays = (
        g if "decay-of-the-gradient" in wrong else np.sign(w) if "decay-by-sign" in wrong else w
    )
    step = lr * (g + decay * what_decays)
    if "decay-without-rate" in wrong:
        step = lr * g + decay * w
    if "rate-forgotten" in wrong:
        step = g + decay * w
    new_w, new_v = _moved(w, v, step, lr, momentum, wrong)
    if "decay-decoupled" in wrong:
        new_w = new_w - lr * weight_decay * w
    if "decay-decoupled/2" in wrong:
        new_w = new_w - weight_decay * w
    if "decay-decoupled/3" in wrong:
        new_w = new_w * (1 - lr * weight_decay)
    return new_w, v if "old-velocity-returned" in wrong else new_v


def _moved(w, v, step, lr, momentum, wrong):
    """The rule itself, and its relatives; step is the rate times the gradient with decay."""
    share = 1 - momentum
    after = momentum * v - step
    forms = {
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
    return next((forms[name] for name in forms if name in wrong), lambda: (w + after, after))()


STEP = Task(
    "sgd_step(w, g, v, lr, momentum, weight_decay)",
    ("w", "v"),
    "One step of the paper's rule: v ← momentum·v − lr·(g + weight_decay·w), then w ← w + v.",
    sgd_step,
    (
        Case("the first step", ([normal(3, 4), normal(3, 4), levels(1, 3, 4), 0.2, 0.9, 0.0],)),
        Case("with velocity", ([normal(3, 4), normal(3, 4), normal(3, 4), 0.3, 0.9, 0.0],)),
        Case("with velocity and weight decay", ([normal(3, 4), normal(3, 4), normal(3, 4), 0.2, 0.8, 0.3],)),
        Case(
            "three steps, the rate falls",
            (
                [normal(5, 2), normal(5, 2), levels(1, 5, 2), 0.2, 0.9, 0.05],
                [previous(0), normal(5, 2), previous(1), 0.2, 0.9, 0.05],
                [previous(0), normal(5, 2), previous(1), 0.02, 0.9, 0.05],
            ),
        ),
        Case("a bias", ([normal(6), normal(6), normal(6), 0.05, 0.9, 0.5],)),
    ),
    (
        Mistake("velocity-without-rate", "The rate multiplies the velocity when it is used: PyTorch's form of momentum.",
                "The paper's keeps the rate in the velocity, so a lower rate acts on new gradients only.", 6, convention=True, ways=2),
        Mistake("velocity-stored-negated", "The velocity is kept with the opposite sign.",
                "The paper's v points downhill.", 6, convention=True),
        Mistake("nesterov", "That is Nesterov's momentum.", "The paper's is the plain one.", 6, convention=True, ways=2),
        Mistake("exponential-average", "The gradient is multiplied by 1 − momentum.",
                "That is an average; the paper adds the gradients up.", 6,
                convention=True, ways=3),
        Mistake("no-decay-on-biases", "Biases do not decay.",
                "The paper decays all parameters; many recipes spare the biases.", 6, convention=True),
        Mistake("step-uphill", "The step goes uphill.", "A positive gradient: should w grow or shrink?", 6, ways=2),
        Mistake("momentum-forgotten", "The velocity begins at 0 in every step.", "What of v is left after a step with g = 0?", 6),
        Mistake("momentum-on-the-gradient-too", "momentum multiplies the new gradient, too.",
                "Which of the two terms does it multiply?", 6),
        Mistake("momentum-and-rate-exchanged", "momentum and lr have exchanged their places.", "Which of the two is nearly 1?", 6),
        Mistake("velocity-not-decaying", "The old velocity is kept whole.", "What multiplies v?", 6),
        Mistake("old-velocity-used", "w moves by the velocity of the step before.", "Which comes first: the new v, or the new w?", 6),
        Mistake("old-velocity-returned", "The velocity that comes back is the old one.", "What will the next step need?", 6),
        Mistake("rate-twice", "The rate multiplies the step twice.", "Is lr already in v?", 6, ways=2),
        Mistake("rate-forgotten", "The rate has no effect.", "What keeps the step small?", 6),
        Mistake("decay-missing", "The weights do not decay.", "What becomes of w when g is 0 for ever?", 6),
        Mistake("decay-with-wrong-sign", "The weights grow instead of decaying.", "With g = 0 and v = 0, is w smaller after the step?", 6),
        Mistake("decay-of-the-gradient", "The gradient is made larger by weight_decay, and nothing decays.",
                "Which of the arrays is to shrink?", 6),
        Mistake("decay-by-sign", "All weights shrink by the same amount.", "That is the derivative of λ·|w|. Whose is λ·w?", 6),
        Mistake("decay-doubled", "The weights decay twice as fast as they should.", "½·λ·w²: what is its derivative?", 6),
        Mistake("decay-decoupled", "The decay acts on w directly, past the velocity (that is AdamW's way).",
                "In the paper's rule the decay is part of v: where?", 6, ways=3),
        Mistake("decay-without-rate", "The decay is not multiplied by the rate.", "ε·λ·w: which factor is missing?", 6),
    ),
    points=15,
    writes=(0, 2),
)  # fmt: skip


def plateau(history, lr, factor, patience, wrong=()):
    """The rate for the next epoch."""
    patience += ("one-epoch-too-patient" in wrong) - ("one-epoch-too-impatient" in wrong)
    before, recent = (
        history[: len(history) - patience],
        history[len(history) - patience :] if patience < len(history) else [],
    )
    falls = {"rate-raised": lambda: lr / factor, "factor-subtracted": lambda: lr - factor, "factor-subtracted/2": lambda: lr * (1 - factor),
             "factor-is-the-rate": lambda: factor}  # fmt: skip
    lower = next((falls[name] for name in falls if name in wrong), lambda: lr * factor)()
    if len(history) <= patience + ("one-epoch-too-patient/2" in wrong):
        always = "short-history-is-a-plateau/2" in wrong
        return lower if always or ("short-history-is-a-plateau" in wrong and history) else lr
    if "compares-with-epoch-before" in wrong:
        stuck = history[-1] <= history[-2]
    elif "compares-with-epoch-before/2" in wrong:
        stuck = all(
            history[i] <= history[i - 1] for i in range(len(history) - patience, len(history))
        )
    elif "compares-with-one-epoch/2" in wrong:
        stuck = history[-1] <= history[0]
    elif "looks-at-last-epoch-only/2" in wrong:
        stuck = history[-1] <= max(history[:-1])
    elif "compares-with-one-epoch" in wrong:
        stuck = history[-1] <= history[-1 - patience]
    elif "compares-with-mean" in wrong:
        stuck = max(recent) <= sum(before) / len(before)
    elif "looks-at-last-epoch-only" in wrong:
        stuck = recent[-1] <= max(before)
    elif "accuracy-as-loss" in wrong:
        stuck = min(recent) >= min(before)
    elif "equal-is-better" in wrong:
        stuck = max(recent) < max(before)
    else:
        stuck = max(recent) <= max(before)
    if "upside-down" in wrong:
        stuck = not stuck
    if "never-lowered" in wrong:
        stuck = False
    return lower if stuck else lr


PLATEAU = Task(
    "plateau(history, lr, factor, patience)",
    ("lr",),
    "The rate for the next epoch: lr·factor where none of the last `patience` accuracies is better than the best before them, else lr. "
    "history: validation accuracies since the rate last changed, the newest last; up to `patience` of them are too few to tell.",
    plateau,
    (
        Case("still improving", ([[0.3, 0.5, 0.6, 0.7, 0.8], 0.1, 0.1, 2],)),
        Case("two epochs without a new best", ([[0.3, 0.5, 0.8, 0.7, 0.75], 0.1, 0.1, 2],)),
        Case("worse than the best, better than the epoch before", ([[0.3, 0.9, 0.6, 0.7, 0.8], 0.1, 0.5, 3],)),
        Case("one bad epoch", ([[0.3, 0.5, 0.8, 0.9, 0.7], 0.01, 0.1, 2],)),
        Case("as good as the best, not better", ([[0.5, 0.8, 0.8, 0.6, 0.8], 0.1, 0.2, 3],)),
        Case("three epochs, patience 3", ([[0.5, 0.4, 0.3], 0.1, 0.1, 3],)),
        Case("four epochs, patience 3", ([[0.5, 0.4, 0.3, 0.2], 0.1, 0.1, 3],)),
        Case("better than where it began, not than the best", ([[0.2, 0.9, 0.5, 0.6, 0.7], 0.1, 0.1, 2],)),
        Case("better than the mean, not than the best", ([[0.1, 0.2, 0.9, 0.8, 0.8], 0.1, 0.1, 2],)),
        Case("the best just within patience", ([[0.5, 0.6, 0.9, 0.8], 0.1, 0.1, 2],)),
        Case("lower, but above where it began", ([[0.1, 0.9, 0.8, 0.3, 0.2], 0.1, 0.1, 2],)),
        Case("a new best two epochs ago, patience 3", ([[0.5, 0.6, 0.9, 0.7], 0.1, 0.1, 3],)),
        Case("a very small improvement", ([[0.5, 0.8, 0.802, 0.7], 0.1, 0.1, 2],)),
        Case("no epoch yet", ([[], 0.1, 0.1, 2],)),
    ),
    (
        Mistake("one-epoch-too-patient", "The rate falls an epoch too late.",
                "Count the epochs after the best by hand, for patience 1.", 6, ways=2),
        Mistake("one-epoch-too-impatient", "The rate falls an epoch too early.",
                "Count the epochs after the best by hand, for patience 2.", 6),
        Mistake("compares-with-epoch-before", "Accuracies are compared with the epoch before.",
                "Better than what: the last epoch, or the best?", 6, ways=2),
        Mistake("compares-with-one-epoch", "The newest accuracy is compared with a single earlier one.",
                "Better than what: one epoch, or the best?", 6, ways=2),
        Mistake("compares-with-mean", "Accuracies are compared with the mean of earlier ones.",
                "Better than what: the mean, or the best?", 6),
        Mistake("looks-at-last-epoch-only", "Only the newest accuracy counts.", "A new best one epoch ago: is that a plateau?", 6, ways=2),
        Mistake("accuracy-as-loss", "Smaller counts as better.", "These are accuracies: which is better, 0.3 or 0.8?", 6),
        Mistake("equal-is-better", "An accuracy that equals the best counts as a new best.", "Is 0.8 after 0.8 an improvement?", 6),
        Mistake("rate-raised", "The rate grows.", "lr · factor, or lr / factor?", 6),
        Mistake("factor-subtracted", "factor is subtracted.", "The paper divides the rate by 10.", 6, ways=2),
        Mistake("factor-is-the-rate", "The new rate is factor.", "A factor multiplies.", 6),
        Mistake("short-history-is-a-plateau", "The rate falls before there are epochs enough.",
                "What can you say after one epoch?", 6, ways=2),
        Mistake("upside-down", "The rate falls while accuracies improve, and stays when they do not.",
                "Which way round is the comparison?", 6),
        Mistake("never-lowered", "The rate never falls.", "Follow two epochs without a new best by hand.", 6),
    ),
)  # fmt: skip

TASKS = (STEP, PLATEAU)
