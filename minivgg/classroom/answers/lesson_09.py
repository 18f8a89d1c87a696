"""Exercises of lesson 9."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.answers.entry import Entry


def _top_k_error(probabilities: Array, labels: Array, k: int) -> float:
    if k == 0:
        return 1.0
    best = np.argsort(probabilities, axis=1)[:, -k:]
    return float(1 - (best == labels[:, None]).any(axis=1).mean())


def _top_k_cases() -> list[tuple[object, ...]]:
    """Some images, with different numbers of classes, and without equal probabilities."""
    rng = np.random.default_rng(0)
    four = np.array([[0.1, 0.2, 0.3, 0.4], [0.7, 0.05, 0.15, 0.1], [0.3, 0.1, 0.35, 0.25]])
    cases: list[tuple[object, ...]] = [(four, np.array([3, 1, 0]), k) for k in (1, 2, 3)]
    many = rng.dirichlet(np.ones(10), 40)
    return [*cases, (many, rng.integers(0, 10, 40), 5)]


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "9.1",
        "task": "What is the height (and width) of VGG's class map of an image of 448×448 pixels?",
        "answer": lambda: 448 // 32 - 6,
        "hints": (
            "Compute the size of the map after the five max-pools first, then the number of "
            "positions at which the 7×7 convolution fits into it.",
            "Five max-pools divide height and width by 2⁵ = 32. The 7×7 convolution has no "
            "padding.",
            "The map before the 7×7 convolution has 448 / 32 = 14 rows, and a window of 7 fits "
            "into them at 14 − 7 + 1 positions.",
        ),
        "mistakes": (
            (
                "the-map-itself",
                lambda: 14,
                "This is the map before the 7×7 convolution, which has no padding.",
            ),
            ("minus-seven", lambda: 7, "This is 14 − 7: the first position counts, too."),
        ),
        "worked": "Five max-pools divide the height by 2⁵ = 32, so the map before the first fully "
        "connected layer has 448 / 32 = 14 rows. A filter of 7 rows fits into 14 rows at "
        "14 − 7 + 1 = 8 positions. The other two layers are 1×1 convolutions and change nothing: "
        "the class map has **8×8** positions.",
    },
    {
        "name": "9.2",
        "task": "How many crops of one image does the paper average, with three scales, 5×5 "
        "positions and mirroring?",
        "answer": lambda: 3 * 25 * 2,
        "hints": (
            "Count the crops at one scale first.",
            "There are 5·5 positions at each scale, and each crop is used as it is and mirrored.",
            "There are 5·5·2 = 50 crops at each scale, and three scales.",
        ),
        "mistakes": (
            ("no-mirrors", lambda: 75, "Each crop is also mirrored."),
            ("one-scale", lambda: 50, "This is the number at one scale: there are three."),
            (
                "places",
                lambda: 25,
                "This is the number of positions at one scale: each crop is also mirrored, and "
                "there are three scales.",
            ),
        ),
        "worked": "At one scale there are 5·5 = 25 positions. Each crop is used as it is and "
        "mirrored, which gives 50 crops. With three scales, the paper averages 3·50 = **150 "
        "crops** of each image.",
    },
    {
        "name": "9.3",
        "task": "Write a function that returns the top-k error: the share of images whose label is "
        "not among the k most probable classes. `probabilities` has a row for each image, `labels` "
        "one class for each.",
        "answer": lambda: _top_k_error,
        "cases": _top_k_cases,
        "hints": (
            "Sort the classes of each image by their probabilities: np.argsort gives their "
            "numbers, the least probable first.",
            "The last k columns of np.argsort(probabilities, axis=1) are the k most probable "
            "classes. Compare them with labels[:, None], a column with one label in each row.",
            "The comparison gives an array of True and False with k columns. Which rows contain "
            "no True? The error is the share of those rows.",
        ),
        "mistakes": (
            (
                "accuracy",
                lambda: lambda p, labels, k: 1 - _top_k_error(p, labels, k),
                "This is the top-k accuracy, the share of images whose label is among the k most "
                "probable classes. The error is the share of the others.",
            ),
            (
                "least-probable",
                lambda: lambda p, labels, k: _top_k_error(-p, labels, k),
                "These are the k least probable classes: np.argsort sorts from small to large.",
            ),
            (
                "count",
                lambda: lambda p, labels, k: _top_k_error(p, labels, k) * len(labels),
                "This is the number of images. The error is their share: divide by the number of "
                "all images.",
            ),
            (
                "one-less",
                lambda: lambda p, labels, k: _top_k_error(p, labels, k - 1),
                "One class is missing among the most probable ones: there are k, the first of "
                "them included.",
            ),
        ),
        "worked": "`np.argsort(probabilities, axis=1)` sorts the class numbers of each image, the "
        "least probable first. So the last k columns are the k most probable classes. "
        "`labels[:, None]` is a column, and comparing it with these columns gives k times True or "
        "False for each image. `any(axis=1)` says whether the label is among the k; its mean is "
        "the accuracy, and one minus the accuracy is the error.\n\n"
        "```python\n"
        "def my_top_k_error(probabilities, labels, k):\n"
        "    best = np.argsort(probabilities, axis=1)[:, -k:]\n"
        "    among = (best == labels[:, None]).any(axis=1)\n"
        "    return 1 - among.mean()\n"
        "```",
    },
)
