"""Softmax cross-entropy and its gradient, as they should be and with known mistakes."""

from collections.abc import Callable

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select

EPSILONS = {
    "floor-under-the-logarithm": 1e-8,
    "floor-under-the-logarithm/2": 1e-12,
    "floor-under-the-logarithm/3": 1e-7,
    "floor-under-the-logarithm/4": 1e-10,
    "floor-under-the-logarithm/5": 1e-9,
    "floor-under-the-logarithm/6": 1e-15,
    "floor-under-the-logarithm/7": 1e-5,
    "floor-under-the-logarithm/8": 1e-6,
    "floor-under-the-logarithm/9": 1e-30,
    "floor-under-the-logarithm/10": 1e-300,
    "floor-under-the-logarithm/11": np.finfo(float).tiny,
}
# mistakes with which log p is computed from p, which can be 0
LOG_OF_P = (
    "log-of-underflowed-p",
    "softmax-twice",
    "sum-over-everything",
    "not-normalised/2",
    "floor-under-the-logarithm",
    "no-shift",
    "one-shift-for-the-batch/2",
    "shift-of-each-column/2",
    "squares-instead-of-exponentials",
    "softmax-over-the-batch/2",
    "keepdims-forgotten",
)


def softmax_cross_entropy(
    logits: Array, labels: Array, mistakes: Mistakes = ()
) -> tuple[Array, Array]:
    """The mean of −log p[n, label], and (p − onehot) / N."""
    n, k = logits.shape
    if "labels-from-one" in mistakes:
        labels = labels - 1
    if "divided-by-the-maximum" in mistakes:
        logits = logits / logits.max(axis=1, keepdims=True)
    if "divided-by-the-maximum/2" in mistakes:
        logits = logits / logits.max()
    if "shift-of-each-column" in mistakes or "shift-of-each-column/2" in mistakes:
        logits = logits - logits.max(axis=0)
    p = softmax(logits, mistakes)
    if "softmax-twice" in mistakes:
        p = softmax(p, mistakes)
    onehot = np.zeros((n, k))
    onehot[np.arange(n), labels] = 1
    if "labels-as-one-hot" in mistakes:
        onehot = np.broadcast_to(np.reshape(labels, (-1, 1)), (n, k))
    if "labels-as-one-hot/2" in mistakes:
        onehot = np.broadcast_to(labels, (n, k))
    losses = _losses(logits, labels, p, onehot, mistakes)
    divided_again = 1.0 * n ** np.arange(n - 1, -1, -1)  # how often, inside a loop
    if "divided-in-every-iteration" in mistakes or "divided-in-every-iteration/2" in mistakes:
        losses = losses / divided_again
    if "divided-in-every-iteration" in mistakes:
        return losses.mean(), _gradient(p, labels, onehot, mistakes) / divided_again[:, None]
    return _loss(losses, n, k, mistakes), _gradient(p, labels, onehot, mistakes)


def softmax(z: Array, mistakes: Mistakes = ()) -> Array:
    """exp(z) / Σ exp(z), row by row, with a shift that avoids overflow."""
    axis = 0 if "softmax-over-the-batch" in mistakes else 1
    shifts: dict[str, Callable[[], Array | float]] = {
        "no-shift": lambda: 0,
        "shift-of-each-column/2": lambda: 0,
        "no-shift/2": lambda: z.min(axis=axis, keepdims=True),
        "no-shift/3": lambda: z.mean(axis=axis, keepdims=True),
        "one-shift-for-the-batch": lambda: z.max(),
        "one-shift-for-the-batch/2": lambda: z.max(),
        "sum-over-everything/2": lambda: z.max(),
        "keepdims-forgotten": lambda: z.max(axis=1),
        "keepdims-forgotten/3": lambda: z.max(axis=1),
    }
    shifted = z - select(shifts, mistakes, lambda: z.max(axis=axis, keepdims=True))()
    if "base-two" in mistakes:
        e = np.exp2(shifted)
    elif "squares-instead-of-exponentials" in mistakes:
        e = shifted**2
    elif "squares-instead-of-exponentials/2" in mistakes:
        e = z**2
    else:
        e = np.exp(shifted)
    if "not-normalised" in mistakes or "not-normalised/2" in mistakes:
        return e
    if "softmax-over-the-batch/2" in mistakes:
        axis = 0
    sums: dict[str, Callable[[], Array]] = {
        "sum-over-everything": e.sum,
        "sum-over-everything/2": e.sum,
        "keepdims-forgotten/2": lambda: e.sum(axis=1),
        "keepdims-forgotten/3": lambda: e.sum(axis=1),
    }
    return e / select(sums, mistakes, lambda: e.sum(axis=axis, keepdims=True))()


def _losses(logits: Array, labels: Array, p: Array, onehot: Array, mistakes: Mistakes) -> Array:
    """The loss of each row."""
    rows = np.arange(len(p))
    p_of_label, log_p = p[rows, labels], _log_softmax(logits, mistakes)
    epsilon = select(EPSILONS, mistakes, 0)
    rules: dict[str, Callable[[], Array]] = {
        "zero-times-log-zero": lambda: -(onehot * np.log(p)).sum(axis=1),
        "labels-as-one-hot": lambda: -(onehot * log_p).sum(axis=1),
        "labels-as-one-hot/2": lambda: -(onehot * log_p).sum(axis=1),
        "probability-instead-of-logarithm": lambda: 1 - p_of_label,
        "probability-instead-of-logarithm/2": lambda: -p_of_label,
        "probability-instead-of-logarithm/3": lambda: p_of_label,
        "logarithm-of-the-mean": lambda: np.full(len(p), -np.log(p_of_label.mean())),
        "loss-of-all-classes": lambda: -np.log(p).sum(axis=1),
        "loss-of-all-classes/2": lambda: -log_p.sum(axis=1),
        "loss-of-whole-columns": lambda: -np.log(p[:, labels]).sum(axis=1),
        "loss-of-whole-columns/2": lambda: -np.log(p[:, labels]).mean(axis=1),
        "loss-of-whole-columns/3": lambda: -log_p[:, labels].sum(axis=1),
        "loss-of-whole-columns/4": lambda: -log_p[:, labels].mean(axis=1),
        "not-normalised": lambda: logits.max(axis=1) - logits[rows, labels],
        "log-of-the-sum-missing": lambda: -logits[rows, labels],
        "log-of-the-sum-missing/2": lambda: logits.max(axis=1) - logits[rows, labels],
        "log-of-the-sum-missing/3": lambda: np.exp(logits).sum(axis=1) - logits[rows, labels],
        "exponential-of-the-quotient": lambda: _logit_by_sum(logits)[rows, labels],
        "squared-error": lambda: ((p - onehot) ** 2).sum(axis=1),
        "squared-error/2": lambda: ((p - onehot) ** 2).sum(axis=1) / 2,
        "binary-cross-entropy": lambda: _binary_cross_entropy(p, onehot),
        "binary-cross-entropy/2": lambda: _binary_cross_entropy(
            np.clip(p, 1e-12, 1 - 1e-12), onehot
        ),
    }
    if any(name.startswith(LOG_OF_P) for name in mistakes):
        losses = select(rules, mistakes, lambda: -np.log(p_of_label + epsilon))()
    else:
        losses = select(rules, mistakes, lambda: -log_p[rows, labels])()
    bases = {"base-two": 2, "logarithm-to-base-two": 2, "logarithm-to-base-ten": 10}
    return losses / np.log(select(bases, mistakes, np.e))


def _log_softmax(logits: Array, mistakes: Mistakes) -> Array:
    axis = 0 if "softmax-over-the-batch" in mistakes else 1
    largest = logits.max(axis=axis, keepdims=True)
    if "one-shift-for-the-batch" in mistakes:
        largest = logits.max()
    z = logits - largest
    if "base-two" in mistakes:
        z = z * np.log(2)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def _logit_by_sum(logits: Array) -> Array:
    """−log(exp(z / Σ exp(z))), where the parenthesis is closed too late."""
    z = logits - logits.max(axis=1, keepdims=True)
    return -z / np.exp(z).sum(axis=1, keepdims=True)


def _binary_cross_entropy(p: Array, onehot: Array) -> Array:
    return -(onehot * np.log(p) + (1 - onehot) * np.log(1 - p)).sum(axis=1)


def _loss(losses: Array, n: int, k: int, mistakes: Mistakes) -> Array:
    reductions: dict[str, Callable[[], Array]] = {
        "loss-summed": losses.sum,
        "loss-not-averaged": lambda: losses,
        "loss-not-averaged/2": lambda: losses / n,
        "loss-divided-by-classes": lambda: losses.sum() / k,
        "loss-divided-by-classes-too": lambda: losses.mean() / k,
        "loss-divided-twice": lambda: losses.mean() / n,
        "loss-with-wrong-sign": lambda: -losses.mean(),
        "loss-of-one-row": lambda: losses[-1],
        "loss-of-one-row/2": lambda: losses[-1] / n,
        "loss-of-one-row/3": lambda: losses[0],
        "loss-of-one-row/4": lambda: losses[0] / n,
        "loss-in-an-array": lambda: losses.mean(keepdims=True),
        "loss-in-an-array/2": lambda: losses.mean(keepdims=True)[None],
    }
    return select(reductions, mistakes, losses.mean)()


def _gradient(p: Array, labels: Array, onehot: Array, mistakes: Mistakes) -> Array:
    n, k = p.shape
    d = p.copy()
    if "subtracts-from-whole-columns" in mistakes:
        d[:, labels] -= 1
    elif "subtracts-from-whole-columns/2" in mistakes:
        for label in labels:
            d[:, label] -= 1
    elif "one-subtracted-everywhere" in mistakes:
        d -= 1
    elif "one-not-subtracted" not in mistakes:
        d -= onehot
    if "gradient-with-wrong-sign" in mistakes:
        d = -d
    if "gradient-of-label-only" in mistakes:
        d = d * onehot
    if "gradient-of-label-only/2" in mistakes:
        d = -1.0 * onehot
    if "gradient-with-respect-to-p" in mistakes:
        d = np.where(onehot == 1, -1 / p, 0)
    if "gradient-with-respect-to-p/2" in mistakes:
        d = -onehot / p
    if "gradient-times-probability" in mistakes:
        d = d * p * (1 - p)
    if "gradient-partly-divided" in mistakes:
        return p / n - onehot
    if "gradient-partly-divided/2" in mistakes:
        return p - onehot / n
    divisors = {
        "gradient-not-divided": 1,
        "gradient-divided-by-classes": k,
        "gradient-divided-by-both": n * k,
        "gradient-divided-twice": n * n,
    }
    return d / select(divisors, mistakes, n)
