"""Exercises of lesson 2."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
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
