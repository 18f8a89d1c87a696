"""Exercises of lesson 12."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "12.1",
        "task": "How many multiplications does Winograd's algorithm need for 6 outputs of a filter "
        "of size 3, in one dimension?",
        "answer": lambda: 6 + 3 - 1,
        "hints": (
            "The lesson has two examples: 2 outputs of a filter of size 3 need 4 multiplications, "
            "and 4 outputs need 6.",
            "m outputs of a filter of size r need m + r − 1 multiplications.",
            "Here m is 6 and r is 3: compute 6 + 3 − 1.",
        ),
        "mistakes": (
            ("direct", lambda: 18, "This is direct convolution, with 6·3 multiplications."),
        ),
    },
    {
        "name": "12.2",
        "task": "How many multiplications does Winograd's algorithm need for a tile of 6×6 outputs "
        "of a 3×3 filter, in two dimensions?",
        "answer": lambda: (6 + 3 - 1) ** 2,
        "hints": (
            "The algorithm is nested: it is applied along both axes.",
            "Along one axis it needs m + r − 1 multiplications. For both axes, the two numbers are "
            "multiplied.",
            "Here m is 6 and r is 3 along both axes: square 6 + 3 − 1.",
        ),
        "mistakes": (
            ("direct", lambda: 324, "This is direct convolution, with 36·9 multiplications."),
            (
                "once",
                lambda: 8,
                "This is the number for one axis: multiply the numbers of both axes.",
            ),
        ),
    },
    {
        "name": "12.3",
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
    },
)
