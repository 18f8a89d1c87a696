"""Exercises of lesson 1."""

import numpy as np

from minivgg import ops
from minivgg.classroom.answers.entry import Entry


def _im2col_shape() -> tuple[int, ...]:
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    return ops.im2col(x, (3, 3)).shape


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "1.1",
        "task": "What is the shape (rows, columns) of im2col's matrix for one grey image of 4×4 "
        "pixels, with a 3×3 kernel, stride 1 and no padding?",
        "answer": _im2col_shape,
        "hints": (
            "Each row of the matrix is one window of the image, so count the positions at which "
            "the kernel fits into the image.",
            "There are (H − k) / stride + 1 positions along each axis, and a column for each pixel "
            "of a window.",
            "The number of rows is ((4 − 3) / 1 + 1)². The number of columns is 3 · 3, since a "
            "grey image has one channel.",
        ),
        "mistakes": (
            (
                "transposed",
                lambda: _im2col_shape()[::-1],
                "Rows and columns are swapped: each position of the kernel is a row.",
            ),
            (
                "no-border",
                lambda: (16, 9),
                "Without padding, a 3×3 kernel does not fit at every pixel of a 4×4 image.",
            ),
        ),
    },
    {
        "name": "1.2",
        "task": "By which factor is the number of elements of im2col's matrix larger than that of "
        "the image, for a 3×3 kernel with stride 1 and padding 1?",
        "answer": lambda: 9,
        "hints": (
            "Choose a pixel in the middle of the image, and count the windows that contain it. "
            "Each of them has a copy of it.",
            "With stride 1 and padding 1 there is a window for each pixel of the image, so the "
            "matrix has H·W rows.",
            "The matrix has H·W rows and 3·3 columns, and the image has H·W numbers: divide.",
        ),
        "mistakes": (
            (
                "how-many-more",
                lambda: 8,
                "This is the number of additional copies: count the pixel itself, too.",
            ),
        ),
    },
    {
        "name": "1.3",
        "task": "A 9×9 convolution with stride 2 and padding 4 is applied to an image of 32×32 "
        "pixels. What is the height (and width) of the output?",
        "answer": lambda: (32 + 2 * 4 - 9) // 2 + 1,
        "hints": (
            "Draw one column of 32 pixels with 4 zeros at each end, and move a window of 9 along "
            "it in steps of 2.",
            "Divide H + 2·padding − k by the stride, round down, and add 1 for the first position.",
            "H + 2·padding − k is 32 + 8 − 9 = 31. Divide 31 by 2, round down, and add 1.",
        ),
        "mistakes": (
            (
                "no-plus-one",
                lambda: (32 + 8 - 9) // 2,
                "The first position counts, too: add 1.",
            ),
            (
                "rounded-up",
                lambda: -(-(32 + 8 - 9) // 2) + 1,
                "A position where the kernel extends beyond the padded image does not count: round "
                "down.",
            ),
            (
                "padding-once",
                lambda: (32 + 4 - 9) // 2 + 1,
                "The padding is added on both sides: 2·4 pixels.",
            ),
        ),
    },
)
