"""Exercises of lesson 12."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.answers.entry import Entry


def winograd(d: Array, g: Array) -> Array:
    """The outputs of a filter of three numbers, two at a time with four products."""
    plus, minus = (g[0] + g[1] + g[2]) / 2, (g[0] - g[1] + g[2]) / 2
    y = np.empty(len(d) - 2)
    for i in range(0, len(y), 2):
        m1, m2 = (d[i] - d[i + 2]) * g[0], (d[i + 1] + d[i + 2]) * plus
        m3, m4 = (d[i + 2] - d[i + 1]) * minus, (d[i + 1] - d[i + 3]) * g[2]
        y[i], y[i + 1] = m1 + m2 + m3, m2 - m3 - m4
    return y


def _first_tile(d: Array, g: Array) -> Array:
    return winograd(d[:4], g)


def _flipped(d: Array, g: Array) -> Array:
    return winograd(d, g[::-1])


def _without_halves(d: Array, g: Array) -> Array:
    """Without the division by two, (g0 + g1 + g2) and (g0 − g1 + g2) count twice."""
    right = winograd(d, g)
    y = np.empty_like(right)
    for i in range(0, len(y), 2):
        m1, m4 = (d[i] - d[i + 2]) * g[0], (d[i + 1] - d[i + 3]) * g[2]
        y[i], y[i + 1] = 2 * right[i] - m1, 2 * right[i + 1] + m4
    return y


def _cases() -> list[tuple[Array, ...]]:
    rng = np.random.default_rng(12)
    return [
        (np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 3])),
        (np.array([5.0, 0, -1, 2]), np.array([1.0, 0, 0])),
        (np.array([1.0, 2, 4, 8, 16, 32]), np.array([1.0, -1, 2])),
        (rng.standard_normal(12), rng.standard_normal(3)),
    ]


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "12.1",
        "task": "A processor does 200 billion multiply-adds per second, and its memory delivers 20 "
        "GB per second. Above which arithmetic intensity, in multiply-adds per byte, is arithmetic "
        "the limit?",
        "answer": lambda: 200 / 20,
        "hints": (
            "Look for the corner of the roofline, where both limits are equal.",
            "At the corner, peak = intensity · bandwidth.",
            "Divide 200 billion multiply-adds per second by 20 billion bytes per second.",
        ),
        "mistakes": (
            (
                "inverted",
                lambda: 20 / 200,
                "These are bytes per multiply-add: the question asks for multiply-adds per byte.",
            ),
        ),
        "worked": "A layer of intensity I can do at most I · 20 billion multiply-adds per second, "
        "because memory delivers no more. Arithmetic allows 200 billion. The two limits are equal "
        "where I · 20 = 200, at **10** multiply-adds per byte. Layers of lower intensity are "
        "limited by memory, those of higher intensity by arithmetic.",
    },
    {
        "name": "12.2",
        "task": "A tile of 6×6 outputs of a 3×3 filter is computed by Winograd's algorithm. By "
        "what factor are there fewer multiplications than by the definition?",
        "answer": lambda: 9 * 6**2 / (6 + 3 - 1) ** 2,
        "hints": (
            "Count the multiplications of both: by the definition each of the 36 outputs takes 9.",
            "Along one axis the algorithm needs m + r − 1 multiplications. It is applied along "
            "both axes, so the two numbers are multiplied.",
            "Here m is 6 and r is 3 along both axes: divide 36 · 9 by the square of 6 + 3 − 1.",
        ),
        "mistakes": (
            (
                "once",
                lambda: 9 * 6**2 / (6 + 3 - 1),
                "6 + 3 − 1 is the number for one axis: multiply the numbers of both axes.",
            ),
            (
                "inverted",
                lambda: (6 + 3 - 1) ** 2 / (9 * 6**2),
                "This is the share that is left: the question asks how many times fewer.",
            ),
        ),
        "worked": "By the definition, each of the 36 outputs takes 9 multiplications: 324. By "
        "Winograd's algorithm one axis takes m + r − 1 = 6 + 3 − 1 = 8 products, and both axes "
        "take 8² = 64. That is 324 / 64 = **5.0625** times fewer. For 4×4 outputs the factor is "
        "4. Larger tiles save more, but their rounding errors are larger, too.",
    },
    {
        "name": "12.3",
        "task": "Write a convolution in one dimension by Winograd's algorithm. The function gets "
        "an array d of n + 2 numbers, where n is even, and a filter g of three. It "
        "returns the array of the n outputs, computing two at a time with four products. "
        "The sums of g are computed only once.",
        "answer": lambda: winograd,
        "cases": _cases,
        "hints": (
            "Try it first for four inputs: write the four products and the two outputs as in the "
            "lesson, and compare with the numbers there.",
            "Before the loop, compute the two sums of g. Then go through the outputs in steps of "
            "2: outputs i and i + 1 use the inputs from d[i] to d[i + 3].",
            "In the loop, d₀ of the formulas is d[i], d₁ is d[i + 1], and so on. Write the results "
            "to y[i] and y[i + 1], where y has len(d) − 2 numbers.",
        ),
        "mistakes": (
            (
                "first-tile",
                lambda: _first_tile,
                "Only the first two outputs are there: repeat the four products for all others.",
            ),
            ("flipped", lambda: _flipped, "The filter is applied in the opposite direction."),
            (
                "no-halves",
                lambda: _without_halves,
                "The two sums of g in the middle must be divided by 2.",
            ),
        ),
        "worked": "Two outputs use four inputs, and the next two begin two inputs later. So the "
        "loop goes in steps of 2, and the inputs of neighbouring tiles overlap by two. The sums of "
        "g are the same for all tiles, so they come before the loop:\n\n"
        "```python\n"
        "def my_winograd(d, g):\n"
        "    plus = (g[0] + g[1] + g[2]) / 2\n"
        "    minus = (g[0] - g[1] + g[2]) / 2\n"
        "    y = np.empty(len(d) - 2)\n"
        "    for i in range(0, len(y), 2):\n"
        "        m1 = (d[i] - d[i + 2]) * g[0]\n"
        "        m2 = (d[i + 1] + d[i + 2]) * plus\n"
        "        m3 = (d[i + 2] - d[i + 1]) * minus\n"
        "        m4 = (d[i + 1] - d[i + 3]) * g[2]\n"
        "        y[i], y[i + 1] = m1 + m2 + m3, m2 - m3 - m4\n"
        "    return y\n"
        "```\n\n"
        "That is 2n products for n outputs, where the definition has 3n.",
    },
)
