"""Exercises of lesson 11."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.answers.entry import Entry


def residual_backward(x: Array, w1: Array, w2: Array, dy: Array) -> Array:
    """The gradient of x + w2 @ relu(w1 @ x) with respect to x."""
    mask = w1 @ x > 0
    return dy + w1.T @ (mask * (w2.T @ dy))


def _without_shortcut(x: Array, w1: Array, w2: Array, dy: Array) -> Array:
    return residual_backward(x, w1, w2, dy) - dy


def _without_mask(x: Array, w1: Array, w2: Array, dy: Array) -> Array:
    return dy + w1.T @ (w2.T @ dy)


def _with_mask_of_the_gradient(x: Array, w1: Array, w2: Array, dy: Array) -> Array:
    before = w2.T @ dy
    return dy + w1.T @ (before * (before > 0))


def _cases() -> list[tuple[Array, ...]]:
    """By hand: one number, then a ReLU that is off, then three numbers and four units."""
    rng = np.random.default_rng(11)
    shapes = ((3,), (4, 3), (3, 4), (3,))
    return [
        (np.array([1.0]), np.array([[2.0]]), np.array([[3.0]]), np.array([1.0])),
        (np.array([1.0]), np.array([[-2.0]]), np.array([[3.0]]), np.array([5.0])),
        (
            np.array([1.0, 2.0]),
            np.array([[1.0, 0.0], [0.0, -1.0]]),
            np.array([[2.0, 1.0], [0.0, 3.0]]),
            np.array([1.0, -1.0]),
        ),
        tuple(rng.integers(-3, 4, shape).astype(float) for shape in shapes),
        tuple(rng.standard_normal(shape) for shape in shapes),
    ]


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "11.1",
        "task": "The deepest net that He et al. trained on CIFAR-10 has 6n + 2 = 1202 layers with "
        "weights. How many residual blocks, with two convolutions each, does it have?",
        "answer": lambda: (1202 - 2) // 6 * 3,
        "hints": (
            "Which two of the 1202 layers belong to no block?",
            "First find n. Each of the three stages has 2n convolutions.",
            "There are 6n convolutions in the blocks, two in each block: what is 6n / 2?",
        ),
        "mistakes": (
            ("n", lambda: 200, "This is n, the number of blocks in one of the three stages."),
            (
                "convolutions",
                lambda: 1200,
                "This is the number of convolutions in the blocks: each block has two.",
            ),
        ),
        "worked": "Two of the 1202 layers are outside the blocks: the first convolution and the "
        "fully connected layer. The other 6n = 1200 are the convolutions of the blocks, so "
        "n = 200. Each block has two of them, so there are 1200 / 2 = **600** blocks, 3n in "
        "all: 200 in each stage.",
    },
    {
        "name": "11.2",
        "task": "Ten blocks y = x + F(x) act on one number, and F' = 0.1 in each of them. By what "
        "factor is the gradient multiplied on the backward pass through all ten, to six "
        "significant digits?",
        "answer": lambda: 1.1**10,
        "hints": (
            "Compute the derivative of one block, y = x + F(x), with respect to x.",
            "One block multiplies the gradient by 1 + F'. By the chain rule, the factors of all "
            "blocks are multiplied.",
            "Each of the ten factors is 1 + 0.1 = 1.1, so the product is a power of 1.1.",
        ),
        "mistakes": (
            (
                "no-shortcut",
                lambda: 0.1**10,
                "This is the factor without shortcuts: each of them adds 1 to F'.",
            ),
            (
                "sum",
                lambda: 2.0,
                "The blocks are composed: their factors are multiplied, not added.",
            ),
        ),
        "worked": "The derivative of y = x + F(x) is 1 + F'. Here that is 1.1. The blocks are "
        "composed, so by the chain rule the factors are multiplied: 1.1¹⁰ ≈ **2.59374**. Without "
        "shortcuts the factor of each layer would be F' = 0.1, and that of all ten 0.1¹⁰ = 10⁻¹⁰: "
        "the gradient would vanish.",
    },
    {
        "name": "11.3",
        "task": "Write the backward pass of a small residual block without batch norm and without "
        "the last ReLU, y = x + W₂ ReLU(W₁x), where x is a vector. The function gets x, the "
        "matrices w1 and w2, and dy, the gradient of the loss with respect to y. It returns dx, "
        "the gradient with respect to x.",
        "answer": lambda: residual_backward,
        "cases": _cases,
        "hints": (
            "y is a sum of two terms, and x is in both: dx has two terms as well.",
            "Go back through the second term from the end: W₂, then ReLU, then W₁. The gradient "
            "of a product W·h with respect to h is Wᵀ times the gradient of the product.",
            "ReLU passes the gradient on where its input, w1 @ x, was positive. At the end, do not "
            "forget what the shortcut adds.",
        ),
        "mistakes": (
            (
                "no-shortcut",
                lambda: _without_shortcut,
                "The gradient that takes the shortcut is missing.",
            ),
            (
                "no-mask",
                lambda: _without_mask,
                "ReLU passes a gradient on only where its input was positive.",
            ),
            (
                "mask-of-gradient",
                lambda: _with_mask_of_the_gradient,
                "Whether ReLU passes the gradient on depends on its input in the forward pass, not "
                "on the sign of the gradient.",
            ),
        ),
        "worked": "Write the forward pass in steps: a = W₁x, h = ReLU(a), f = W₂h, y = x + f. Go "
        "back through them in the opposite order. The sum passes dy on to both terms, so "
        "df = dy. The product gives dh = W₂ᵀ df. ReLU keeps dh where a > 0, and sets it to 0 "
        "elsewhere: da = dh · (a > 0). The first product gives W₁ᵀ da. The shortcut adds dy "
        "itself, so dx = dy + W₁ᵀ da. In code:\n\n"
        "```python\n"
        "def my_residual_backward(x, w1, w2, dy):\n"
        "    dh = w2.T @ dy\n"
        "    da = dh * (w1 @ x > 0)\n"
        "    return dy + w1.T @ da\n"
        "```",
    },
)
