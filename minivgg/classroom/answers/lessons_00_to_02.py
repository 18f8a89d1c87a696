"""Exercises of lessons 0 to 2: images, convolution, its gradient."""

import numpy as np

from minivgg import ops
from minivgg.classroom.answers.entry import Entry


def _im2col_shape() -> tuple[int, ...]:
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    return ops.im2col(x, (3, 3)).shape


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "0.1",
        "task": "How many numbers are in a colour photograph of 224×224 pixels?",
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
    },
    {
        "name": "0.2",
        "task": "A max-pool halves height and width. How many max-pools turn 224×224 into 7×7?",
        "answer": lambda: 5,
        "hints": (
            "Write down the height after each max-pool, beginning with 224.",
            "The heights are 224, 112, 56 and so on, down to 7: count how often you halve.",
            "n max-pools divide the height by 2ⁿ, and 224 / 7 = 32 = 2ⁿ.",
        ),
    },
    {
        "name": "0.3",
        "task": "One layer of VGG-16 has 102.8 million of its 138 million parameters. What share "
        "is this, in %, to the nearest whole number?",
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
    },
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
    {
        "name": "2.1",
        "task": "A 2×2 max-pool with stride 2 is applied to an image of 6×6 pixels. How many of "
        "the 36 numbers of dx can be different from 0?",
        "answer": lambda: (6 // 2) ** 2,
        "hints": (
            "Draw the image with its windows, and mark in each window the pixels that get a "
            "gradient on the backward pass.",
            "Each window passes its gradient to one pixel, its maximum, so count the windows.",
            "The windows do not overlap, so there are 6 / 2 along each axis: square this number.",
        ),
        "mistakes": (
            ("all", lambda: 36, "Only the largest pixel of each window gets a gradient."),
        ),
    },
    {
        "name": "2.2",
        "task": "How many outputs of one 3×3 filter with stride 1 depend on a pixel in the middle "
        "of a large image?",
        "answer": lambda: 9,
        "hints": (
            "The filter computes one output at each position: count the positions at which it "
            "covers the pixel.",
            "Along one axis, the pixel can be under the first, the second or the third weight of "
            "the filter.",
            "There are 3 such positions along each axis, and height and width are independent: "
            "multiply.",
        ),
        "mistakes": (
            (
                "one",
                lambda: 1,
                "The filter covers the pixel at several positions: count all of them.",
            ),
        ),
    },
    {
        "name": "2.3",
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
    },
)
