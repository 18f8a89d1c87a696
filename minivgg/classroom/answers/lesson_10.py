"""Exercises of lesson 10."""

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "10.1",
        "task": "A photograph of 400×600 pixels (height, width) is rescaled to a smaller side of "
        "256. What is its new shape, (height, width)?",
        "answer": lambda: (256, 600 * 256 // 400),
        "hints": (
            "Both sides are scaled by the same factor, so that nothing is distorted.",
            "The smaller side is the height. It becomes 256, so the factor is 256 / 400.",
            "The height is 256, and the width is 600 · 256 / 400 = 600 · 0.64.",
        ),
        "mistakes": (
            (
                "squeezed",
                lambda: (256, 256),
                "This distorts the photograph: both sides are scaled by the same factor.",
            ),
            ("larger-side", lambda: (400 * 256 // 600, 256), "The smaller side becomes 256."),
        ),
    },
    {
        "name": "10.2",
        "task": "How many weights and biases does the new last layer of VGG-16 have for 37 "
        "classes?",
        "answer": lambda: 4096 * 37 + 37,
        "hints": (
            "The last layer is fully connected: its input is the output of fc7, and it has one "
            "output for each class.",
            "fc7 has 4096 outputs, so each class has 4096 weights and one bias.",
            "Compute 37 · (4096 + 1).",
        ),
        "mistakes": (
            ("no-biases", lambda: 4096 * 37, "The biases are missing: one for each class."),
        ),
    },
    {
        "name": "10.3",
        "task": "torchvision's weights expect (x/255 − 0.485) / 0.229 for the red value x of a "
        "pixel. What is this for x = 124, to six significant digits?",
        "answer": lambda: (124 / 255 - 0.485) / 0.229,
        "hints": (
            "Scale the value to the range from 0 to 1 first, then subtract the mean, then divide "
            "by the standard deviation.",
            "x/255 is almost the mean 0.485, so the result is almost 0: round only at the end.",
            "124/255 − 0.485 is 0.00127451: divide it by 0.229.",
        ),
        "mistakes": (
            (
                "not-divided-by-255",
                lambda: (124 - 0.485) / 0.229,
                "The mean is that of values from 0 to 1: divide by 255 first.",
            ),
            (
                "std-forgotten",
                lambda: 124 / 255 - 0.485,
                "Divide by the standard deviation, too.",
            ),
        ),
    },
)
