"""Exercises of lesson 0."""

from minivgg.classroom.answers.entry import Entry

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
)
