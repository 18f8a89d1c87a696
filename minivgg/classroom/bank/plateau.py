"""Assignment 6: when to lower the learning rate."""

from collections.abc import Callable, Sequence

from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task

THRESHOLDS = {"small-improvements-ignored": 0.01, "small-improvements-ignored/2": 0.005}


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
        "always-a-tenth": lambda: lr / 10,
    }
    lower = select(rules, mistakes, lambda: lr * factor)()
    if len(history) <= patience + ("one-epoch-too-patient/2" in mistakes):
        always = "short-history-is-a-plateau/2" in mistakes
        return lower if always or ("short-history-is-a-plateau" in mistakes and history) else lr
    if "always-lowered" in mistakes:
        return lower
    if "lowered-for-each-plateau" in mistakes:
        return lr * factor ** _count_plateaus(history, patience)
    window = patience - ("one-epoch-too-impatient/2" in mistakes)
    is_plateau = _is_plateau(history, window, mistakes)
    if "upside-down" in mistakes:
        is_plateau = not is_plateau
    return lower if is_plateau and "never-lowered" not in mistakes else lr


def _is_plateau(history: Sequence[float], patience: int, mistakes: Mistakes) -> bool:
    """Whether none of the last ``patience`` accuracies is better than the best before them."""
    before = history[: len(history) - patience]
    recent = history[len(history) - patience :]
    if not recent:
        return True
    rules: dict[str, Callable[[], bool]] = {
        "compares-with-epoch-before": lambda: history[-1] <= history[-2],
        "compares-with-epoch-before/2": lambda: all(
            history[i] <= history[i - 1] for i in range(len(history) - patience, len(history))
        ),
        "compares-with-one-epoch/2": lambda: history[-1] <= history[0],
        "looks-at-last-epoch-only/2": lambda: history[-1] <= max(history[:-1]),
        "compares-with-one-epoch": lambda: history[-1] <= history[-1 - patience],
        "compares-with-mean": lambda: max(recent) <= sum(before) / len(before),
        "compares-with-mean/2": lambda: history[-1] <= sum(history[:-1]) / (len(history) - 1),
        "looks-at-last-epoch-only": lambda: recent[-1] <= max(before),
        "one-bad-epoch-is-enough": lambda: min(recent) <= max(before),
        "accuracy-as-loss": lambda: min(recent) >= min(before),
        "equal-is-better": lambda: max(recent) < max(before),
    }
    threshold = select(THRESHOLDS, mistakes, 0)
    return select(rules, mistakes, lambda: max(recent) <= max(before) + threshold)()


def _count_plateaus(history: Sequence[float], patience: int) -> int:
    ends = range(patience + 1, len(history) + 1)
    return sum(_is_plateau(history[:end], patience, ()) for end in ends)


PLATEAU = Task(
    "plateau(history, lr, factor, patience)",
    ("lr",),
    "The learning rate for the next epoch: lr·factor if none of the last `patience` accuracies is "
    "better than the best before them, else lr. history: validation accuracies since the rate last "
    "changed, the newest last. `patience` accuracies or fewer are not enough to decide: then lr.",
    plateau,
    (
        Case("still improving", ([[0.3, 0.5, 0.6, 0.7, 0.8], 0.2, 0.1, 2],)),
        Case("two epochs without a new best", ([[0.3, 0.5, 0.8, 0.7, 0.75], 0.2, 0.1, 2],)),
        Case("worse than the best, better than the previous epoch",
             ([[0.3, 0.9, 0.6, 0.7, 0.8], 0.1, 0.5, 3],)),
        Case("one bad epoch", ([[0.3, 0.5, 0.8, 0.9, 0.7], 0.01, 0.1, 2],)),
        Case("as good as the best, not better", ([[0.5, 0.8, 0.8, 0.6, 0.8], 0.1, 0.2, 3],)),
        Case("three epochs, patience 3", ([[0.5, 0.4, 0.3], 0.2, 0.1, 3],)),
        Case("four epochs, patience 3", ([[0.5, 0.4, 0.3, 0.2], 0.2, 0.1, 3],)),
        Case("better than the first epoch, not than the best",
             ([[0.2, 0.9, 0.5, 0.6, 0.7], 0.2, 0.1, 2],)),
        Case("better than the mean, not than the best",
             ([[0.1, 0.2, 0.9, 0.8, 0.8], 0.2, 0.1, 2],)),
        Case("the best just within patience", ([[0.5, 0.6, 0.9, 0.8], 0.2, 0.1, 2],)),
        Case("lower, but better than the first epoch", ([[0.1, 0.9, 0.8, 0.3, 0.2], 0.2, 0.1, 2],)),
        Case("a new best two epochs ago, patience 3", ([[0.5, 0.6, 0.9, 0.7], 0.2, 0.1, 3],)),
        Case("a very small improvement", ([[0.5, 0.8, 0.802, 0.7], 0.2, 0.1, 2],)),
        Case("no epoch yet", ([[], 0.2, 0.1, 2],)),
        # each of these differs from the one before it in one respect
        Case("three epochs, the first the best, patience 2", ([[0.5, 0.4, 0.3], 0.2, 0.1, 2],)),
        Case("three epochs, the first the best, patience 2, factor 0.5",
             ([[0.5, 0.4, 0.3], 0.2, 0.5, 2],)),
        Case("three epochs, the last the best, patience 2", ([[0.5, 0.4, 0.6], 0.2, 0.5, 2],)),
        Case("two epochs, patience 2", ([[0.5, 0.4], 0.2, 0.5, 2],)),
        Case("two epochs, patience 1", ([[0.5, 0.4], 0.2, 0.5, 1],)),
    ),
    (
        Mistake("one-epoch-too-patient",
                "Your learning rate changes one epoch too late, at least in a short history.",
                "Count the epochs after the best one by hand, for patience 1.", 6, variants=2),
        Mistake("one-epoch-too-impatient",
                "Your learning rate changes one epoch too early, at least in a long history.",
                "Count the epochs after the best one by hand, for patience 2.", 6, variants=2),
        Mistake("compares-with-epoch-before",
                "Your code compares an accuracy with that of the previous epoch.",
                "Better than what: the previous epoch, or the best one?", 6, variants=2),
        Mistake("compares-with-one-epoch",
                "Your code compares the newest accuracy with a single earlier one.",
                "Better than what: one epoch, or the best one?", 6, variants=2),
        Mistake("compares-with-mean",
                "Your code compares accuracies with the mean of the earlier ones.",
                "Better than what: the mean, or the best?", 6, variants=2),
        Mistake("looks-at-last-epoch-only",
                "Your code compares only the newest accuracy with the best, not each of the last "
                "ones.", "If there was a new best one epoch ago, is that a plateau?",
                6, variants=2),
        Mistake("one-bad-epoch-is-enough",
                "Your code changes the rate if any of the last accuracies is not better than the "
                "best before them.",
                "Must one of the last accuracies fail to be better, or all of them?", 6),
        Mistake("accuracy-as-loss", "Your code treats smaller accuracies as better.",
                "Which accuracy is better, 0.3 or 0.8?", 6),
        Mistake("equal-is-better",
                "Your code treats an accuracy equal to the best as a new best.",
                "Is 0.8 after 0.8 an improvement?", 6),
        Mistake("small-improvements-ignored", "Your code ignores small improvements.",
                "Is 0.802 better than 0.8?", 6, variants=2),
        Mistake("rate-raised", "Your learning rate increases.", "lr · factor, or lr / factor?", 6),
        Mistake("factor-subtracted", "Your code uses factor in a subtraction.",
                "What is the new rate for lr = 0.1 and factor = 0.1?", 6, variants=2),
        Mistake("factor-is-the-rate", "Your new learning rate is factor itself.",
                "What is the new rate for lr = 0.01 and factor = 0.1?", 6),
        Mistake("always-a-tenth", "Your new learning rate is lr / 10 for any factor.",
                "What is the new rate for lr = 0.1 and factor = 0.5?", 6),
        Mistake("short-history-is-a-plateau",
                "Your learning rate changes before there are enough epochs.",
                "How many accuracies are needed before the rate can change?", 6, variants=2),
        Mistake("upside-down",
                "Your learning rate changes while accuracies improve, and is kept when they do "
                "not.", "Is the comparison the right way round?", 6),
        Mistake("always-lowered", "Your learning rate changes whenever there are enough epochs.",
                "Which accuracies must be compared before the rate changes?", 6),
        Mistake("lowered-for-each-plateau",
                "Your learning rate falls once for each plateau of the history, not only for the "
                "last.",
                "The history begins when the rate last changed. How often can it fall now?", 6),
        Mistake("never-lowered", "Your learning rate never falls.",
                "Compute by hand what your code does after two epochs without a new best, for "
                "patience 2.", 6),
    ),
)  # fmt: skip

TASKS = (PLATEAU,)
