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
        "task": "A photograph of 448×448 pixels goes through the convolutions and max-pools of "
        "VGG-16. How many numbers are there in the output of pool5?",
        "answer": lambda: 512 * (448 // 2**5) ** 2,
        "hints": (
            "Which layers change height and width, and how many of them are there up to pool5?",
            "The convolutions keep height and width. Each of the five max-pools halves both. How "
            "many feature maps there are does not depend on the size of the photograph.",
            "448 is halved five times: 224, 112, 56, 28, 14. Block 5 has 512 feature maps.",
        ),
        "mistakes": (
            (
                "for-224",
                lambda: 512 * 7 * 7,
                "This is right for 224×224. Here the photograph is twice as high and wide.",
            ),
            ("one-map", lambda: 14 * 14, "This is one feature map. How many are there?"),
            (
                "four-pools",
                lambda: 512 * 28 * 28,
                "This is the output of block 5 before its max-pool.",
            ),
            (
                "doubled",
                lambda: 2 * 512 * 7 * 7,
                "Height and width are both twice as large as for 224×224.",
            ),
        ),
        "worked": "The convolutions keep height and width, and each of the five max-pools halves "
        "both: 448, 224, 112, 56, 28, 14. Block 5 has 512 feature maps, whatever the size of the "
        "photograph. So pool5 returns 512 · 14 · 14 = **100,352** numbers, four times as many as "
        "for 224×224. The fully connected layers cannot take them: their weights are made for "
        "512 · 7 · 7 numbers. Lesson 9 shows how VGG looks at larger photographs all the same.",
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
