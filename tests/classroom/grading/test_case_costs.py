"""What a call costs is counted from the shapes of its arguments, before it is made."""

import numpy as np
import pytest

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grading.case_costs import count_handled

IMAGES, FILTERS = np.zeros((2, 3, 5, 6)), np.zeros((4, 3, 3, 2))
VECTOR = np.zeros(4)


def windows(n, c, h, w, kh, kw, padding, filters):
    """Of one array of images: its padded numbers, and those of all windows with their filters."""
    h, w = h + 2 * padding, w + 2 * padding
    padded = (n + 2 * padding) * (c + 2 * padding) * h * w
    return padded + n * (max(0, h - kh) + 1) * (max(0, w - kw) + 1) * c * kh * kw * (1 + filters)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("relu_forward", [np.zeros((2, 3))], 6),
        ("relu_forward", [[np.zeros(2), [np.zeros(3)]]], 5 + 0),
        ("relu_backward", [np.zeros((2, 3)), np.zeros((2, 3))], 12 + 6),
        ("relu_backward", [np.zeros((5, 1)), np.zeros((1, 7))], 12 + 35),
        ("relu_backward", [np.zeros((5, 2)), np.zeros(2)], 12 + 10),
        ("relu_backward", [np.zeros(3), np.zeros((2, 3))], 9 + 6),
        ("sgd_step", [np.zeros(3), np.zeros(3), np.zeros(1), 0.1, 0.9, 0.0], 7 + 3 * 3),
        ("softmax_cross_entropy", [np.zeros((5, 7)), np.zeros(5, int)], 40 + 25),
        ("softmax_cross_entropy", [np.zeros(()), np.zeros(5, int)], 6),
        ("softmax_cross_entropy", [[1.0], np.zeros(5, int)], 5),
        ("im2col", [IMAGES, 3, 2, 2, 1], 180 + windows(2, 3, 5, 6, 3, 2, 1, 2)),
        ("im2col", [IMAGES, 9, -2, 1, 0], 180 + windows(2, 3, 5, 6, 9, 2, 0, 2)),
        ("im2col", [IMAGES, 3, 2, 2, "x"], 180 + windows(2, 3, 5, 6, 3, 2, 1, 2)),
        ("conv_forward", [IMAGES, FILTERS, VECTOR, 1, 2],
         180 + 72 + 4 + windows(2, 3, 5, 6, 3, 2, 2, 6) + windows(4, 3, 3, 2, 3, 2, 2, 6)),
        ("conv_forward", [IMAGES, VECTOR, VECTOR, 1, 0],
         180 + 8 + windows(2, 3, 5, 6, 1, 1, 0, 2)),
        ("maxpool_forward", [IMAGES, 2, 2], 180 + windows(2, 3, 5, 6, 2, 2, 0, 2)),
        ("col2im", [np.zeros((9, 5)), [2, 3, 5, 6], 3, 2, 1, 1],
         45 + windows(2, 3, 5, 6, 3, 2, 1, 9)),
        ("col2im", [np.zeros((9, 5)), [2, 3, 5], 3, 2, 1, 1], 45),
        ("class_map", [IMAGES, [], 3], 180 + windows(2, 3, 5, 6, 3, 1, 0, 2)),  # no width
    ],
)  # fmt: skip
def test_numbers_are_counted(name, arguments, expected):
    assert count_handled(TASKS[name], arguments) == expected
