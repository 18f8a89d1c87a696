"""Assignment 5: softmax cross-entropy."""

import numpy as np

from minivgg.classroom.tasks import Case, Mistake, Task, array, integers, normal


def softmax(z, wrong=()):
    """exp(z) / Σ exp(z), row by row, shifted so that nothing overflows."""
    axis = 0 if "softmax-over-the-batch" in wrong else 1
    shift = z.max(axis=axis, keepdims=True)
    if "no-shift" in wrong:
        shift = 0
    if "no-shift/2" in wrong:
        shift = z.min(axis=axis, keepdims=True)
    if "one-shift-for-the-batch" in wrong or "sum-over-everything/2" in wrong:
        shift = z.max()
    if "base-two" in wrong:
        e = np.exp2(z - shift)
    elif "squares-instead-of-exponentials" in wrong:
        e = (z - shift) ** 2
    else:
        e = np.exp(z - shift)
    if "not-normalised" in wrong:
        return e
    if "softmax-over-the-batch/2" in wrong:
        axis = 0
    everything = "sum-over-everything" in wrong or "sum-over-everything/2" in wrong
    return e / (e.sum() if everything else e.sum(axis=axis, keepdims=True))


def softmax_cross_entropy(logits, labels, wrong=()):
    """The mean of −log p[n, label], and (p − onehot) / N."""
    n, k = logits.shape
    if "labels-from-one" in wrong:
        labels = labels - 1
    p, rows = softmax(logits, wrong), np.arange(n)
    if "softmax-twice" in wrong:
        p = softmax(p, wrong)
    floor = {"floor-under-the-logarithm": 1e-8, "floor-under-the-logarithm/2": 1e-12, "floor-under-the-logarithm/3": 1e-7,
             "floor-under-the-logarithm/4": 1e-10, "floor-under-the-logarithm/5": 1e-9, "floor-under-the-logarithm/6": 1e-15,
             "floor-under-the-logarithm/7": 1e-5, "floor-under-the-logarithm/8": 1e-6}  # fmt: skip
    chosen = p[rows, labels]
    wrapped = next((floor[name] for name in floor if name in wrong), 0)
    through_p = (
        "softmax-twice",
        "sum-over-everything",
        "not-normalised",
        "floor",
        "no-shift",
        "one-shift",
        "squares",
        "softmax-over-the-batch/2",
    )
    if not any(
        name.startswith(through_p) for name in wrong
    ):  # log p without going through a p that may be 0
        axis = 0 if "softmax-over-the-batch" in wrong else 1
        z = (logits - logits.max(axis=axis, keepdims=True)) * (
            np.log(2) if "base-two" in wrong else 1
        )
        losses = (np.log(np.exp(z).sum(axis=axis, keepdims=True)) - z)[rows, labels]
    else:
        losses = -np.log(chosen + wrapped)
    if "base-two" in wrong or "logarithm-to-base-ten" in wrong:
        losses = losses / np.log(2 if "base-two" in wrong else 10)
    if "probability-instead-of-logarithm" in wrong:
        losses = 1 - chosen
    return _loss(losses, n, k, wrong), _gradient(p, labels, n, k, wrong)


def _loss(losses, n, k, wrong):
    if "loss-summed" in wrong:
        return losses.sum()
    if "loss-not-averaged" in wrong:
        return losses
    if "loss-not-averaged/2" in wrong:
        return losses / n
    if "loss-divided-by-classes-too" in wrong:
        return losses.mean() / k
    return -losses.mean() if "loss-with-wrong-sign" in wrong else losses.mean()


def _gradient(p, labels, n, k, wrong):
    d = p.copy()
    if "subtracts-from-whole-columns" in wrong:
        d[:, labels] -= 1
    elif "subtracts-from-whole-columns/2" in wrong:
        for label in labels:
            d[:, label] -= 1
    elif "one-not-subtracted" not in wrong:
        d[np.arange(n), labels] -= 1
    if "gradient-with-wrong-sign" in wrong:
        d = -d
    if "gradient-of-label-only" in wrong:
        d = d * (np.arange(k) == np.reshape(labels, (-1, 1)))
    if "gradient-of-label-only/2" in wrong:
        d = -1.0 * (np.arange(k) == np.reshape(labels, (-1, 1)))
    if "gradient-times-probability" in wrong:
        d = d * p * (1 - p)
    divisor = {
        "gradient-not-divided": 1,
        "gradient-divided-by-classes": k,
        "gradient-divided-by-both": n * k,
        "gradient-divided-twice": n * n,
    }
    return d / next((divisor[name] for name in divisor if name in wrong), n)


LOSS = Task(
    "softmax_cross_entropy(logits, labels)",
    ("loss", "dlogits"),
    "The mean over the batch of −log softmax(logits)[label], and its gradient, (N, K). Logits of 1000 are no problem.",
    softmax_cross_entropy,
    (
        Case("one row", ([normal(1, 3), array([2])],)),
        Case("five rows, four classes", ([normal(5, 4), integers(4, 5)],)),
        Case("more classes than rows", ([normal(3, 7), integers(7, 3)],)),
        Case("logits of 1000", ([array([[1000.0, 998.0, 999.0], [997.0, 1000.0, 1000.0]]), array([1, 0])],)),
        Case("a row at 0 and a row at 2000", ([array([[0.0, 1.0, 2.0], [2000.0, 1999.0, 2001.0]]), array([0, 2])],)),
        Case("sure, and wrong: a gap of 80", ([array([[80.0, 0.0, 1.0], [1.0, 2.0, 0.0]]), array([1, 1])],)),
        Case("sure, and right: a gap of 2000", ([array([[0.0, 2000.0, 1.0], [1.0, 0.0, 2.0]]), array([1, 2])],)),
    ),
    (
        Mistake("no-shift", "Large logits give nan or inf.",
                "What is exp(1000) in float64? Which number can be subtracted from a row without changing softmax?", 5, ways=2),
        Mistake("one-shift-for-the-batch", "A row far below another gives nan or inf.", "Which number suits each row?", 5),
        Mistake("softmax-over-the-batch", "Columns sum to 1, not rows.", "Over which axis are the classes?", 5, ways=2),
        Mistake("floor-under-the-logarithm", "The loss of a sure, wrong answer is too small.",
                "log(p + ε) has a floor. Can log p be written without ever computing p?", 5, ways=8),
        Mistake("softmax-twice", "The loss is much closer to log K than it should be.",
                "Are the numbers that come in logits, or probabilities?", 5),
        Mistake("base-two", "Powers and logarithms are of base 2.", "Which base has exp?", 5),
        Mistake("logarithm-to-base-ten", "The loss is too small by a factor of 2.3.", "Which base has the logarithm in the formula?", 5),
        Mistake("squares-instead-of-exponentials", "Probabilities are shares of squares.",
                "What does softmax do to make numbers positive?", 5),
        Mistake("sum-over-everything", "All probabilities of the batch sum to 1.", "What sums to 1?", 5, ways=2),
        Mistake("not-normalised", "The exponentials are not divided by their sum.", "What sums to 1?", 5),
        Mistake("probability-instead-of-logarithm", "The loss is 1 − p.", "What is −log p for p = 1, and for p near 0?", 5),
        Mistake("loss-summed", "The loss is N times too large.", "Sum, or mean over the batch?", 5),
        Mistake("loss-not-averaged", "The loss is a number for each row.", "One number for the whole batch.", 5, ways=2),
        Mistake("loss-divided-by-classes-too", "The loss is K times too small.", "np.mean over a matrix of N×K divides by how much?", 5),
        Mistake("loss-with-wrong-sign", "The loss is negative.", "What sign has log p?", 5),
        Mistake("subtracts-from-whole-columns", "1 is subtracted from every row at the labels of all rows.",
                "d[:, labels] are whole columns. Which element of each row is meant?", 5, ways=2),
        Mistake("one-not-subtracted", "The gradient is p, also at the label.", "What is the derivative of −z at the label?", 5),
        Mistake("labels-from-one", "The class before the label is taken for it.", "Which number has the first class?", 5),
        Mistake("gradient-not-divided", "The gradient is N times too large.", "The loss is a mean: what does that do to its gradient?", 5),
        Mistake("gradient-divided-by-classes", "The gradient is divided by K.", "The mean is over the batch.", 5),
        Mistake("gradient-divided-by-both", "The gradient is divided by N·K.", "The mean is over the batch.", 5),
        Mistake("gradient-divided-twice", "The gradient is divided by N twice.", "Once is enough: by whom?", 5),
        Mistake("gradient-with-wrong-sign", "The gradient points downhill.", "When the right logit grows, does the loss grow?", 5),
        Mistake("gradient-of-label-only", "Only the label's column has a gradient.",
                "When a wrong logit grows, what happens to p of the right one?", 5, ways=2),
        Mistake("gradient-times-probability", "The gradient is multiplied by p (1 − p).",
                "That factor cancels against 1/p: take the derivative of log p.", 5),
    ),
    points=20,
)  # fmt: skip

TASKS = (LOSS,)
