"""Exercises of lesson 1b."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.answers.entry import Entry


def _probability(w: float, b: float, x: Array) -> Array:
    z: Array = 1 / (1 + np.exp(-(w * x + b)))
    return z


def _step(w: float, b: float, x: Array, y: Array, rate: float) -> tuple[float, float]:
    dz = _probability(w, b, x) - y
    return w - rate * float(np.mean(dz * x)), b - rate * float(np.mean(dz))


def _uphill(w: float, b: float, x: Array, y: Array, rate: float) -> tuple[float, float]:
    return _step(w, b, x, y, -rate)


def _summed(w: float, b: float, x: Array, y: Array, rate: float) -> tuple[float, float]:
    return _step(w, b, x, y, rate * len(x))


def _without_input(w: float, b: float, x: Array, y: Array, rate: float) -> tuple[float, float]:
    change = _step(w, b, x, y, rate)[1] - b
    return w + change, b + change


def _one_after_the_other(
    w: float, b: float, x: Array, y: Array, rate: float
) -> tuple[float, float]:
    new_w = _step(w, b, x, y, rate)[0]
    return new_w, _step(new_w, b, x, y, rate)[1]


def _without_sigmoid(w: float, b: float, x: Array, y: Array, rate: float) -> tuple[float, float]:
    dz = w * x + b - y
    return w - rate * float(np.mean(dz * x)), b - rate * float(np.mean(dz))


def _sigmoid_twice(w: float, b: float, x: Array, y: Array, rate: float) -> tuple[float, float]:
    p = _probability(w, b, x)
    dz = (p - y) * p * (1 - p)
    return w - rate * float(np.mean(dz * x)), b - rate * float(np.mean(dz))


def _cases() -> list[tuple[object, ...]]:
    return [
        (0.5, -1.0, np.array([2.0]), np.array([1]), 0.1),
        (0.0, 0.0, np.array([-2.0, -1, 0, 1, 2, 3]), np.array([0, 0, 1, 0, 1, 1]), 1.0),
        (-1.0, 1.5, np.array([-2.0, -1, 0, 1, 2, 3]), np.array([0, 0, 1, 0, 1, 1]), 2.0),
        (1.5, 0.25, np.array([0.5, -1.5, 4.0]), np.array([0, 1, 1]), 0.3),
    ]


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "1b.1",
        "task": "Another loss is the squared error: L = e², where e = w·x + b − t and t is the "
        "target. What is the derivative of L with respect to w for w = 2, x = 3, b = −1 and t = 7?",
        "answer": lambda: 2 * (2 * 3 - 1 - 7) * 3,
        "hints": (
            "Draw the computational graph: w and x into a product, then b and t, then the square. "
            "Compute its numbers forward before you go backward.",
            "The local derivative of the square is 2e. The sums pass it on unchanged, and the "
            "product multiplies it by the other factor.",
            "Compute e first. The derivative is 2e, times 1 for each sum, times x = 3.",
        ),
        "mistakes": (
            (
                "sign",
                lambda: 12,
                "Check the sign of e: it is the prediction minus the target, and the prediction "
                "is too small here.",
            ),
            ("no-two", lambda: -6, "The derivative of e² is 2e, not e."),
            (
                "stopped-at-z",
                lambda: -4,
                "This is the derivative with respect to b. For w, multiply it by the other "
                "factor of the product.",
            ),
            ("value", lambda: 4, "This is the loss itself, not its derivative."),
        ),
        "worked": "Forward: w·x = 6, plus b is 5, minus t is e = −2, and L = 4. Backward: the "
        "local derivative of the square is 2e = −4. Both sums pass −4 on unchanged. The product "
        "multiplies it by the other factor, x = 3, so ∂L/∂w = −4·3 = **−12**. The sign makes "
        "sense: the prediction 5 is below the target 7, so a larger w lowers the loss.",
    },
    {
        "name": "1b.2",
        "task": "f(x) = x³. What is the central difference at x = 1 with h = 0.1? (The derivative "
        "is 3.)",
        "answer": lambda: (1.1**3 - 0.9**3) / 0.2,
        "hints": (
            "The central difference takes one step of h to each side of x.",
            "The formula is (f(x + h) − f(x − h)) / (2h).",
            "f(1.1) is 1.331 and f(0.9) is 0.729: divide their difference by 0.2.",
        ),
        "mistakes": (
            (
                "one-sided",
                lambda: (1.1**3 - 1) / 0.1,
                "This is the one-sided difference: take a step to each side.",
            ),
            (
                "divided-by-h",
                lambda: (1.1**3 - 0.9**3) / 0.1,
                "The distance from 0.9 to 1.1 is 2h: divide by 2h.",
            ),
            (
                "exact",
                lambda: 3.0,
                "This is the derivative; the central difference has an error of h².",
            ),
        ),
        "worked": "f(1.1) = 1.331 and f(0.9) = 0.729. Their difference is 0.602, and the distance "
        "between the two points is 2h = 0.2, so the central difference is 0.602/0.2 = **3.01**. "
        "The error is 0.01, which is h²: in (1 ± h)³ = 1 ± 3h + 3h² ± h³ the even powers cancel, "
        "and what remains is (6h + 2h³)/(2h) = 3 + h². Halving h divides the error by four.",
    },
    {
        "name": "1b.3",
        "task": "Write gradient_step(w, b, x, y, rate): one step of gradient descent for the "
        "neuron of this lesson, with derivatives from formulas, not from central "
        "differences. x and y are arrays of inputs and labels (0 or 1), the loss is the "
        "mean cross-entropy, and the function returns the new w and the new b.",
        "answer": lambda: _step,
        "cases": _cases,
        "hints": (
            "Go forward first: compute p for all examples with one expression. Then go backward "
            "to z, for each example.",
            "For each example the derivative at z is p − y. Multiply it by the local derivative "
            "of z with respect to w, and with that of z with respect to b.",
            "The loss is a mean over examples, so each derivative is the mean of those of the "
            "examples: np.mean. Subtract rate times the derivative, and compute both derivatives "
            "before you change w or b.",
        ),
        "mistakes": (
            (
                "uphill",
                lambda: _uphill,
                "Your step goes uphill: subtract rate times the derivative, and check the sign of "
                "p − y.",
            ),
            (
                "sum",
                lambda: _summed,
                "The loss is the mean over the examples, so the derivative is a mean, too: yours "
                "is a sum.",
            ),
            (
                "without-input",
                lambda: _without_input,
                "The derivative with respect to w lacks a factor: the local derivative of w·x "
                "with respect to w.",
            ),
            (
                "one-after-the-other",
                lambda: _one_after_the_other,
                "You use the new w for the derivative of b: compute both derivatives first.",
            ),
            (
                "without-sigmoid",
                lambda: _without_sigmoid,
                "p is the sigmoid of w·x + b: yours is w·x + b itself.",
            ),
            (
                "sigmoid-twice",
                lambda: _sigmoid_twice,
                "p − y is already the derivative at z: it must not be multiplied by p(1 − p) "
                "once more.",
            ),
        ),
        "worked": "Forward, for all examples at once: z = w·x + b and p = 1/(1 + exp(−z)). "
        "Backward: the derivative at z is p − y for each example, whether its label is 0 or 1. "
        "Since z = w·x + b, the local derivatives are x for w and 1 for b. The loss is a mean, so "
        "the derivatives are means: ∂L/∂w = mean((p − y)·x) and ∂L/∂b = mean(p − y).\n\n"
        "```python\n"
        "def gradient_step(w, b, x, y, rate):\n"
        "    p = 1 / (1 + np.exp(-(w * x + b)))\n"
        "    dw = np.mean((p - y) * x)\n"
        "    db = np.mean(p - y)\n"
        "    return w - rate * dw, b - rate * db\n"
        "```",
    },
)
