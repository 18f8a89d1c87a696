"""Assignment 5: softmax cross-entropy."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task, array, integers, normal

EPSILONS = {
    "floor-under-the-logarithm": 1e-8,
    "floor-under-the-logarithm/2": 1e-12,
    "floor-under-the-logarithm/3": 1e-7,
    "floor-under-the-logarithm/4": 1e-10,
    "floor-under-the-logarithm/5": 1e-9,
    "floor-under-the-logarithm/6": 1e-15,
    "floor-under-the-logarithm/7": 1e-5,
    "floor-under-the-logarithm/8": 1e-6,
}
# mistakes with which log p is computed from p, which can be 0
LOG_OF_P = (
    "softmax-twice",
    "sum-over-everything",
    "not-normalised",
    "floor-under-the-logarithm",
    "no-shift",
    "one-shift-for-the-batch",
    "squares-instead-of-exponentials",
    "softmax-over-the-batch/2",
)


def softmax(z: Array, mistakes: Mistakes = ()) -> Array:
    """exp(z) / Σ exp(z), row by row, with a shift that avoids overflow."""
    axis = 0 if "softmax-over-the-batch" in mistakes else 1
    shift = z.max(axis=axis, keepdims=True)
    if "no-shift" in mistakes:
        shift = 0
    if "no-shift/2" in mistakes:
        shift = z.min(axis=axis, keepdims=True)
    if "one-shift-for-the-batch" in mistakes or "sum-over-everything/2" in mistakes:
        shift = z.max()
    if "base-two" in mistakes:
        e = np.exp2(z - shift)
    elif "squares-instead-of-exponentials" in mistakes:
        e = (z - shift) ** 2
    else:
        e = np.exp(z - shift)
    if "not-normalised" in mistakes:
        return e
    if "softmax-over-the-batch/2" in mistakes:
        axis = 0
    everything = "sum-over-everything" in mistakes or "sum-over-everything/2" in mistakes
    return e / (e.sum() if everything else e.sum(axis=axis, keepdims=True))


def softmax_cross_entropy(
    logits: Array, labels: Array, mistakes: Mistakes = ()
) -> tuple[Array, Array]:
    """The mean of −log p[n, label], and (p − onehot) / N."""
    n, k = logits.shape
    if "labels-from-one" in mistakes:
        labels = labels - 1
    p, rows = softmax(logits, mistakes), np.arange(n)
    if "softmax-twice" in mistakes:
        p = softmax(p, mistakes)
    p_of_label = p[rows, labels]
    if any(name.startswith(LOG_OF_P) for name in mistakes):
        losses = -np.log(p_of_label + select(EPSILONS, mistakes, 0))
    else:
        axis = 0 if "softmax-over-the-batch" in mistakes else 1
        z = logits - logits.max(axis=axis, keepdims=True)
        if "base-two" in mistakes:
            z = z * np.log(2)
        losses = (np.log(np.exp(z).sum(axis=axis, keepdims=True)) - z)[rows, labels]
    if "base-two" in mistakes or "logarithm-to-base-ten" in mistakes:
        losses = losses / np.log(2 if "base-two" in mistakes else 10)
    if "probability-instead-of-logarithm" in mistakes:
        losses = 1 - p_of_label
    return _loss(losses, n, k, mistakes), _gradient(p, labels, n, k, mistakes)


def _loss(losses: Array, n: int, k: int, mistakes: Mistakes) -> Array:
    if "loss-summed" in mistakes:
        return losses.sum()
    if "loss-not-averaged" in mistakes:
        return losses
    if "loss-not-averaged/2" in mistakes:
        return losses / n
    if "loss-divided-by-classes-too" in mistakes:
        return losses.mean() / k
    return -losses.mean() if "loss-with-wrong-sign" in mistakes else losses.mean()


def _gradient(p: Array, labels: Array, n: int, k: int, mistakes: Mistakes) -> Array:
    d = p.copy()
    if "subtracts-from-whole-columns" in mistakes:
        d[:, labels] -= 1
    elif "subtracts-from-whole-columns/2" in mistakes:
        for label in labels:
            d[:, label] -= 1
    elif "one-not-subtracted" not in mistakes:
        d[np.arange(n), labels] -= 1
    if "gradient-with-wrong-sign" in mistakes:
        d = -d
    if "gradient-of-label-only" in mistakes:
        d = d * (np.arange(k) == np.reshape(labels, (-1, 1)))
    if "gradient-of-label-only/2" in mistakes:
        d = -1.0 * (np.arange(k) == np.reshape(labels, (-1, 1)))
    if "gradient-times-probability" in mistakes:
        d = d * p * (1 - p)
    divisors = {
        "gradient-not-divided": 1,
        "gradient-divided-by-classes": k,
        "gradient-divided-by-both": n * k,
        "gradient-divided-twice": n * n,
    }
    return d / select(divisors, mistakes, n)


LOSS = Task(
    "softmax_cross_entropy(logits, labels)",
    ("loss", "dlogits"),
    "The mean over the batch of −log softmax(logits)[label], and its gradient, (N, K). Logits of "
    "1000 do not overflow.",
    softmax_cross_entropy,
    (
        Case("one row", ([normal(1, 3), array([2])],)),
        Case("five rows, four classes", ([normal(5, 4), integers(4, 5)],)),
        Case("more classes than rows", ([normal(3, 7), integers(7, 3)],)),
        Case("logits of 1000",
             ([array([[1000.0, 998.0, 999.0], [997.0, 1000.0, 1000.0]]), array([1, 0])],)),
        Case("logits near 0 and near 2000",
             ([array([[0.0, 1.0, 2.0], [2000.0, 1999.0, 2001.0]]), array([0, 2])],)),
        Case("confident and wrong: a difference of 80",
             ([array([[80.0, 0.0, 1.0], [1.0, 2.0, 0.0]]), array([1, 1])],)),
        Case("confident and right: a difference of 2000",
             ([array([[0.0, 2000.0, 1.0], [1.0, 0.0, 2.0]]), array([1, 2])],)),
    ),
    (
        Mistake("no-shift", "Large logits give nan or inf.",
                "What is exp(1000) in float64? Which number can be subtracted from a row without "
                "changing softmax?", 5, variants=2),
        Mistake("one-shift-for-the-batch",
                "A row with much smaller logits than another row gives nan or inf.",
                "Which number should be subtracted from each row?", 5),
        Mistake("softmax-over-the-batch", "The columns sum to 1, not the rows.",
                "Which axis are the classes?", 5, variants=2),
        Mistake("floor-under-the-logarithm", "The loss of a confident wrong answer is too small.",
                "log(p + ε) cannot be smaller than log ε. Can you write log p without computing p?",
                5, variants=8),
        Mistake("softmax-twice", "The loss is much closer to log K than it should be.",
                "Are the inputs logits or probabilities?", 5),
        Mistake("base-two", "Exponentials and logarithms have base 2.",
                "What is the base of exp?", 5),
        Mistake("logarithm-to-base-ten", "The loss is too small by a factor of 2.3.",
                "What is the base of the logarithm in the formula?", 5),
        Mistake("squares-instead-of-exponentials", "The probabilities are proportional to squares.",
                "How does softmax make numbers positive?", 5),
        Mistake("sum-over-everything", "The probabilities of the whole batch sum to 1.",
                "Which probabilities must sum to 1?", 5, variants=2),
        Mistake("not-normalised", "The exponentials are not divided by their sum.",
                "Which numbers must sum to 1?", 5),
        Mistake("probability-instead-of-logarithm", "The loss is 1 − p.",
                "What is −log p for p = 1, and for p near 0?", 5),
        Mistake("loss-summed", "The loss is N times too large.",
                "Is the loss the sum over the batch, or the mean?", 5),
        Mistake("loss-not-averaged", "The loss has a number for each row.",
                "The loss is one number for the whole batch.", 5, variants=2),
        Mistake("loss-divided-by-classes-too", "The loss is K times too small.",
                "np.mean of an N×K matrix divides by which number?", 5),
        Mistake("loss-with-wrong-sign", "The loss is negative.", "Which sign does log p have?", 5),
        Mistake("subtracts-from-whole-columns",
                "1 is subtracted in every row, at the labels of all rows.",
                "d[:, labels] selects whole columns. Which element of each row do you want?",
                5, variants=2),
        Mistake("one-not-subtracted", "The gradient is p, also at the label.",
                "−log p contains −z of the label. What is the derivative of this term?", 5),
        Mistake("labels-from-one", "The class before the label is used as the label.",
                "What is the number of the first class?", 5),
        Mistake("gradient-not-divided", "The gradient is N times too large.",
                "The loss is a mean. How does this change its gradient?", 5),
        Mistake("gradient-divided-by-classes", "The gradient is divided by K.",
                "The mean is over the batch.", 5),
        Mistake("gradient-divided-by-both", "The gradient is divided by N·K.",
                "The mean is over the batch.", 5),
        Mistake("gradient-divided-twice", "The gradient is divided by N twice.",
                "The mean divides by N once. Where else do you divide?", 5),
        Mistake("gradient-with-wrong-sign", "The gradient has the wrong sign.",
                "When the logit of the label increases, does the loss increase?", 5),
        Mistake("gradient-of-label-only", "Only the label's column has a gradient.",
                "When another logit increases, what happens to the probability of the label?",
                5, variants=2),
        Mistake("gradient-times-probability", "The gradient is multiplied by p (1 − p).",
                "This factor cancels against 1/p: take the derivative of log p.", 5),
    ),
    points=20,
)  # fmt: skip

TASKS = (LOSS,)
