"""Assignment 4: ReLU and its gradient."""

from collections.abc import Callable

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Calls, Case, Mistake, Observed, Task, array, levels, normal

LEAKY_SLOPES = {
    "leaky": 0.01,
    "leaky/2": 0.1,
    "leaky/3": 0.2,
    "leaky/4": 0.25,
    "leaky/5": 0.3,
    "leaky/6": 0.5,
    "leaky/7": 0.05,
}


def relu_forward(x: Array, mistakes: Mistakes = ()) -> Array:
    """max(x, 0)."""
    slope = select(LEAKY_SLOPES, mistakes, 0)
    functions: dict[str, Callable[[], Array]] = {
        "absolute-value": lambda: np.abs(x),
        "keeps-the-negative": lambda: np.minimum(x, 0),
        **dict.fromkeys(LEAKY_SLOPES, lambda: np.where(x > 0, x, slope * x)),
        "mask-instead-of-values": lambda: (x > 0) * 1.0,
        "capped": lambda: np.clip(x, 0, 1),
        "capped/2": lambda: np.clip(x, 0, 6),
        "threshold-at-one": lambda: x * (x > 1),
        "threshold-at-one/2": lambda: x * (x >= 1),
        "softplus": lambda: np.logaddexp(0, x),
        "sigmoid": lambda: 1 / (1 + np.exp(-x)),
    }
    return select(functions, mistakes, lambda: np.maximum(x, 0))()


def relu_backward(dy: Array, x: Array, mistakes: Mistakes = ()) -> Array:
    """dy where x > 0."""
    slope = (x > 0) * 1.0
    if "one-at-zero" in mistakes:
        slope = (x >= 0) * 1.0
    if "half-at-zero" in mistakes:
        slope = slope + 0.5 * (x == 0)
    if "mask-from-gradient" in mistakes:
        slope = (dy > 0) * 1.0
    if "mask-from-gradient/2" in mistakes:
        slope = slope * (dy > 0)
    if "mask-inverted" in mistakes:
        slope = 1 - slope
    if "values-instead-of-mask" in mistakes:
        slope = slope * x
    if "values-instead-of-mask/2" in mistakes:
        slope = x
    if "sign-instead-of-mask" in mistakes:
        slope = np.sign(x)
    if "leaky" in mistakes:
        slope = np.where(x > 0, slope, 0.01)
    if "no-mask" in mistakes:
        return dy
    return slope if "gradient-forgotten" in mistakes else dy * slope


def _observe_except_at_zero(calls: Calls, outputs: Calls) -> Observed:
    """The derivative at exactly 0 is a convention."""
    return {
        f"dx of call {i + 1}": np.where(x == 0, 0, dx)
        for i, ((_, x), (dx,)) in enumerate(zip(calls, outputs, strict=True))
    }


RELU_FORWARD = Task(
    "relu_forward(x)",
    ("y",),
    "max(x, 0) for each number of an array of any shape.",
    relu_forward,
    (
        Case("a vector", ([array([-2.0, -0.5, 0.0, 0.5, 2.0, 9.0])],)),
        Case("maps", ([normal(2, 3, 4, 5)],)),
        Case("a batch of features", ([levels(7, 3, 4)],)),
    ),
    (
        Mistake("absolute-value", "Negative numbers become positive.", "What is max(−2, 0)?", 5),
        Mistake("keeps-the-negative", "Negative numbers are kept, positive ones become 0.",
                "Is the comparison the right way round?", 5),
        Mistake("leaky", "Negative numbers become small, not 0.",
                "This is another function, leaky ReLU. What is max(x, 0)?", 5, variants=7),
        Mistake("mask-instead-of-values", "The result is 0 or 1.",
                "x > 0 tells where x is positive. Which value is wanted there?", 5),
        Mistake("capped", "Large numbers are limited.", "ReLU has no upper bound.", 5, variants=2),
        Mistake("threshold-at-one", "Small positive numbers become 0.",
                "At which x does ReLU have its kink?", 5, variants=2),
        Mistake("softplus", "The kink is smoothed.", "This is softplus. What is max(x, 0)?", 5),
        Mistake("sigmoid", "The result is between 0 and 1.", "This is the sigmoid function.", 5),
    ),
    points=5,
)  # fmt: skip

RELU_BACKWARD = Task(
    "relu_backward(dy, x)",
    ("dx",),
    "The gradient of ReLU: dy where x is positive, else 0.",
    relu_backward,
    (
        Case("maps", ([normal(2, 3, 4, 5), normal(2, 3, 4, 5)],)),
        Case("a batch of features", ([normal(4, 6), normal(4, 6)],)),
        Case("an exact zero", ([array([1.0, -2.0, 3.0, 4.0]), array([0.0, 0.0, -1.0, 2.0])],)),
    ),
    (
        Mistake("one-at-zero", "The derivative at exactly 0 is 1.",
                "Most libraries use 0; both are subgradients.", 5, convention=True),
        Mistake("half-at-zero", "The derivative at exactly 0 is one half.",
                "Most libraries use 0; all numbers from 0 to 1 are subgradients.",
                5, convention=True),
        Mistake("mask-from-gradient", "Negative gradients are lost.",
                "Which sign decides whether the gradient passes: that of x, or of dy?",
                5, variants=2),
        Mistake("mask-inverted",
                "The gradient passes where it should be 0, and is 0 where it should pass.",
                "Where is y equal to x?", 5),
        Mistake("values-instead-of-mask", "The gradient is multiplied by the input.",
                "What is the derivative of y = x at x = 5?", 5, variants=2),
        Mistake("sign-instead-of-mask", "Where x is negative, the gradient has the wrong sign.",
                "What is the derivative of ReLU at −2?", 5),
        Mistake("leaky", "One hundredth of the gradient passes where x is negative.",
                "This is the gradient of leaky ReLU.", 5),
        Mistake("no-mask", "The gradient passes everywhere.",
                "How much does y change where x is negative?", 5),
        Mistake("gradient-forgotten", "The result is 0 or 1.",
                "The chain rule multiplies by the gradient from above, dy.", 5),
    ),
    points=5,
    observe=_observe_except_at_zero,
)  # fmt: skip

TASKS = (RELU_FORWARD, RELU_BACKWARD)
