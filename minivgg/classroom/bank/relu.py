"""Assignment 4: ReLU and its gradient."""

from collections.abc import Callable

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import (
    Calls,
    Case,
    Mistake,
    Observed,
    Task,
    array,
    distinct,
    levels,
    normal,
)

LEAKY_SLOPES = {
    "leaky": 0.01,
    "leaky/2": 0.1,
    "leaky/3": 0.2,
    "leaky/4": 0.25,
    "leaky/5": 0.3,
    "leaky/6": 0.5,
    "leaky/7": 0.05,
    "leaky/8": 0.001,
}


def relu_forward(x: Array, mistakes: Mistakes = ()) -> Array:
    """max(x, 0)."""
    slope = select(LEAKY_SLOPES, mistakes, 0)
    functions: dict[str, Callable[[], Array]] = {
        "unchanged": lambda: x,
        "absolute-value": lambda: np.abs(x),
        "keeps-the-negative": lambda: np.minimum(x, 0),
        "keeps-the-negative/2": lambda: np.maximum(-x, 0),
        **dict.fromkeys(LEAKY_SLOPES, lambda: np.where(x > 0, x, slope * x)),
        "mask-instead-of-values": lambda: (x > 0) * 1.0,
        "mask-instead-of-values/2": lambda: (x >= 0) * 1.0,
        "maximum-along-an-axis": lambda: x.max(axis=0),
        "maximum-along-an-axis/2": lambda: np.maximum(x.max(), 0),
        "positive-numbers-only": lambda: x[x > 0],
        "positive-numbers-only/2": lambda: x[x >= 0],
        "threshold-at-one": lambda: x * (x > 1),
        "threshold-at-one/2": lambda: x * (x >= 1),
        "softplus": lambda: np.logaddexp(0, x),
        "sigmoid": lambda: 1 / (1 + np.exp(-x)),
        "elu": lambda: np.where(x > 0, x, np.expm1(x)),
        "tanh": lambda: np.tanh(x),
    }
    y = select(functions, mistakes, lambda: np.maximum(x, 0))()
    cap = select({"capped": 1, "capped/2": 6}, mistakes, None)
    return y if cap is None else np.minimum(y, cap)


def relu_backward(dy: Array, x: Array, mistakes: Mistakes = ()) -> Array:
    """dy where x > 0."""
    slope, leak = (x > 0) * 1.0, select(LEAKY_SLOPES, mistakes, 0)
    slopes: dict[str, Callable[[], Array]] = {
        "one-at-zero": lambda: (x >= 0) * 1.0,
        "half-at-zero": lambda: slope + 0.5 * (x == 0),
        "mask-from-gradient": lambda: (dy > 0) * 1.0,
        "mask-from-gradient/2": lambda: slope * (dy > 0),
        "threshold-at-one": lambda: (x > 1) * 1.0,
        "threshold-at-one/2": lambda: (x >= 1) * 1.0,
        "sign-instead-of-mask": lambda: np.sign(x),
        **dict.fromkeys(LEAKY_SLOPES, lambda: np.where(x > 0, slope, leak)),
        "no-mask": lambda: np.ones(x.shape),
    }
    for name, changed in slopes.items():
        if name in mistakes:
            slope = changed()
    if "mask-inverted" in mistakes:
        slope = 1 - slope
    if "values-instead-of-mask" in mistakes or "forward-pass-again" in mistakes:
        slope = slope * x
    if "values-instead-of-mask/2" in mistakes:
        slope = x
    if "positive-inputs-only" in mistakes:
        return dy[x > 0]
    if "input-returned" in mistakes:
        return x
    only_slope = "gradient-forgotten" in mistakes or "forward-pass-again" in mistakes
    return slope if only_slope else dy * slope


def _observe_except_at_zero(calls: Calls, outputs: Calls) -> Observed:
    """The derivative at exactly 0 is a convention."""
    observed: dict[str, Array | float | None] = {}
    for i, ((_, x), (dx,)) in enumerate(zip(calls, outputs, strict=True)):
        name = f"dx of call {i + 1}" if i else "dx"
        observed[name] = np.where(x == 0, 0, dx) if np.shape(dx) == x.shape else dx
    return observed


RELU_FORWARD = Task(
    "relu_forward(x)",
    ("y",),
    "max(x, 0) for each number of an array of any shape.",
    relu_forward,
    (
        Case("a vector", ([array([-2.0, -0.5, 0.0, 0.5, 2.0, 9.0])],)),
        Case("maps", ([normal(2, 3, 4, 5)],)),
        Case("a batch of features", ([levels(7, 3, 4)],)),
        # each of these differs from the one before it in one respect
        Case("three positive numbers", ([array([1.0, 2.0, 3.0])],)),
        Case("three negative numbers", ([array([-1.0, -2.0, -3.0])],)),
        Case("three numbers of both signs", ([array([-1.0, 2.0, -3.0])],)),
        Case("integers", ([array([-1, 2, -3])],)),
        Case("a matrix", ([distinct(2, 3)],)),
        Case("two images with two channels", ([distinct(2, 2, 2, 3)],)),
    ),
    (
        Mistake("unchanged", "Your function returns x unchanged.", "What is max(−2, 0)?", 5),
        Mistake("absolute-value", "Your function makes negative numbers positive.",
                "What is max(−2, 0)?", 5),
        Mistake("keeps-the-negative",
                "Your function replaces the positive numbers by 0, not the negative ones.",
                "What is max(3, 0), and what is max(−2, 0)?", 5, variants=2),
        Mistake("leaky", "Your function multiplies negative numbers by a slope between 0 and 1.",
                "That is leaky ReLU. What is max(−2, 0)?", 5, variants=8),
        Mistake("mask-instead-of-values", "Your function returns 1 where x is positive, not x.",
                "x > 0 tells where x is positive. Which value is wanted there?", 5, variants=2),
        Mistake("maximum-along-an-axis",
                "Your function returns the maximum of several elements of x, not one number for "
                "each element.",
                "np.max(x, 0) is the maximum along axis 0. Which function of NumPy compares each "
                "element with 0?", 5, variants=2),
        Mistake("positive-numbers-only",
                "Your function leaves out the negative numbers, so the shape of x is lost.",
                "x[x > 0] is a vector. What should stand where x is negative?", 5, variants=2),
        Mistake("capped", "Your function limits large numbers.", "Does ReLU have an upper bound?",
                5, variants=2),
        Mistake("threshold-at-one", "Your function replaces positive numbers below 1 by 0.",
                "At which x does the slope of ReLU change?", 5, variants=2),
        Mistake("softplus", "Your function is softplus, a smooth approximation of ReLU.",
                "What is max(0.5, 0)?", 5),
        Mistake("sigmoid", "Your function is the sigmoid: all its values are between 0 and 1.",
                "What is max(2, 0)?", 5),
        Mistake("elu", "Your function is ELU: it gives exp(x) − 1 for negative numbers.",
                "What is max(−2, 0)?", 5),
        Mistake("tanh", "Your function is tanh: all its values are between −1 and 1.",
                "What is max(2, 0)?", 5),
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
        # each of these differs from the one before it in one respect
        Case("a gradient of ones, positive inputs",
             ([array([1.0, 1.0, 1.0]), array([2.0, 3.0, 4.0])],)),
        Case("a gradient of ones, inputs of both signs",
             ([array([1.0, 1.0, 1.0]), array([2.0, -3.0, 4.0])],)),
        Case("a positive gradient, inputs of both signs",
             ([array([5.0, 6.0, 7.0]), array([2.0, -3.0, 4.0])],)),
        Case("a gradient of both signs, inputs of both signs",
             ([array([5.0, 6.0, -7.0]), array([2.0, -3.0, 4.0])],)),
        Case("a matrix", ([distinct(2, 3), distinct(2, 3)],)),
        Case("two images with two channels", ([distinct(2, 2, 2, 3), distinct(2, 2, 2, 3)],)),
    ),
    (
        Mistake("one-at-zero", "Your derivative at exactly 0 is 1.",
                "PyTorch, TensorFlow and Caffe use 0. All numbers from 0 to 1 are subgradients.",
                5, convention=True),
        Mistake("half-at-zero", "Your derivative at exactly 0 is one half.",
                "PyTorch, TensorFlow and Caffe use 0. All numbers from 0 to 1 are subgradients.",
                5, convention=True),
        Mistake("mask-from-gradient", "Your gradient is 0 where dy is negative.",
                "Which sign decides whether the gradient passes: that of x, or that of dy?",
                5, variants=2),
        Mistake("mask-inverted",
                "Your gradient is 0 where x is positive, and passes where x is negative.",
                "For which x is y equal to x?", 5),
        Mistake("values-instead-of-mask", "Your gradient is multiplied by x.",
                "y = x where x is positive. What is the derivative of y with respect to x there?",
                5, variants=2),
        Mistake("input-returned", "Your function returns x as it is.",
                "Which array has the gradient that is passed on, and where is it 0?", 5),
        Mistake("forward-pass-again", "Your function returns ReLU of x and does not use dy.",
                "The chain rule: dx is dy times which derivative?", 5),
        Mistake("sign-instead-of-mask",
                "Your gradient has the opposite sign where x is negative.",
                "What is the derivative of ReLU at −2?", 5),
        Mistake("threshold-at-one", "Your gradient is 0 where x is between 0 and 1.",
                "At which x does the slope of ReLU change?", 5, variants=2),
        Mistake("leaky", "Your function passes a part of the gradient where x is negative.",
                "That is the gradient of leaky ReLU. What is the derivative of ReLU at −2?",
                5, variants=8),
        Mistake("no-mask", "Your gradient passes everywhere, also where x is negative.",
                "How much does y change when x changes from −2 to −1?", 5),
        Mistake("positive-inputs-only",
                "Your function returns only the gradients where x is positive, as a vector.",
                "dx has the shape of x. What should stand where x is negative?", 5),
        Mistake("gradient-forgotten",
                "Your function returns the slope of ReLU (a mask), not its product with dy.",
                "The chain rule multiplies this derivative by dy, the gradient of the output.", 5),
    ),
    points=5,
    observe=_observe_except_at_zero,
)  # fmt: skip

TASKS = (RELU_FORWARD, RELU_BACKWARD)
