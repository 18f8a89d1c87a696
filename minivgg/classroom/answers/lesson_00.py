"""Exercises of lesson 0."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.answers.entry import Entry


def _accuracy(logits: Array, labels: Array) -> float:
    return float(np.mean(np.argmax(logits, axis=1) == labels))


def _cases() -> list[tuple[object, ...]]:
    rng = np.random.default_rng(0)
    two_rows = np.array([[0.1, 2.0, -1.0], [3.0, 0.0, 1.0]])
    negative = np.array([[-5.0, -2.0], [-1.0, -3.0], [-4.0, -6.0], [-2.0, -1.0]])
    many = rng.standard_normal((10, 4))
    return [
        (two_rows, np.array([1, 2])),
        (negative, np.array([1, 0, 0, 0])),
        (many, rng.integers(0, 4, 10)),
    ]


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "0.1",
        "task": "How many numbers are there in a colour photograph of 224×224 pixels?",
        "answer": lambda: 3 * 224 * 224,
        "hints": (
            "Count the numbers of one pixel first: it has one number for each channel.",
            "The channels are red, green and blue, so the array has the shape (3, 224, 224).",
            "Multiply the three sizes of the shape: 3 · 224 · 224.",
        ),
        "mistakes": (
            (
                "grey",
                lambda: 224 * 224,
                "This is the number of pixels: each of them is three numbers, red, green and blue.",
            ),
        ),
        "worked": "A photograph of 224×224 pixels has 224 · 224 = 50,176 pixels. In colour, each "
        "pixel consists of three numbers: how red, how green and how blue it is. So there are "
        "3 · 50,176 = **150,528** numbers. As an array they have the shape (3, 224, 224).",
    },
    {
        "name": "0.2",
        "task": "One layer of VGG-16 has 102.8 million of its 138 million parameters. What share "
        "is that, in per cent, to the nearest whole number?",
        "answer": lambda: round(100 * 102.8 / 138),
        "hints": (
            "A share is a part divided by the whole.",
            "Divide the layer's parameters by all parameters, then convert the result to per cent.",
            "Compute 100 · 102.8 / 138, and round it to the nearest whole number.",
        ),
        "mistakes": (
            (
                "fraction",
                lambda: 0.74,
                "This is a fraction, but the question asks for per cent: multiply by 100.",
            ),
            ("not-rounded", lambda: 100 * 102.8 / 138, "Round it to the nearest whole number."),
        ),
        "worked": "102.8 / 138 = 0.7449, so it is about **74 %**. The layer is the first fully "
        "connected one: each of its 4096 outputs has a weight for each of the 512 · 7 · 7 numbers "
        "of the last max-pool. Lesson 4 asks what became of this layer in later networks.",
    },
    {
        "name": "0.3",
        "task": "Write my_accuracy(logits, labels). logits is an array of shape (N, K) with the "
        "scores of K classes for each of N images, labels has the shape (N,) and contains the "
        "number of the right class of each image. Return the share of images, from 0 to 1, for "
        "which the right class has the largest score.",
        "answer": lambda: _accuracy,
        "cases": _cases,
        "hints": (
            "Find the predicted class of each image first: the column of the largest number in "
            "each row.",
            "np.argmax(logits, axis=1) gives the column of the largest number in each row. "
            "Compare it with the labels, element by element.",
            "The comparison is an array of True and False, which count as 1 and 0: its mean is "
            "the share of the right ones.",
        ),
        "mistakes": (
            (
                "count",
                lambda: lambda logits, labels: int(np.sum(np.argmax(logits, 1) == labels)),
                "This is the number of right answers: divide it by the number of images.",
            ),
            (
                "error",
                lambda: lambda logits, labels: 1 - _accuracy(logits, labels),
                "This is the share of wrong answers: accuracy counts the right ones.",
            ),
            (
                "percent",
                lambda: lambda logits, labels: 100 * _accuracy(logits, labels),
                "This is per cent: the share is a number from 0 to 1.",
            ),
            (
                "smallest",
                lambda: lambda logits, labels: float(np.mean(np.argmin(logits, 1) == labels)),
                "The predicted class is that of the largest score, not of the smallest.",
            ),
        ),
        "worked": "The predicted class of an image is the column of the largest score in its row. "
        "Comparing predictions with labels gives an array of True and False; as numbers these are "
        "1 and 0, so their mean is the share of right answers. Softmax is not needed: it does not "
        "change which score is the largest.\n\n"
        "```python\n"
        "def my_accuracy(logits, labels):\n"
        "    predicted = np.argmax(logits, axis=1)\n"
        "    return np.mean(predicted == labels)\n"
        "```",
    },
)
