"""Exercises of lesson 7."""

from minivgg.classroom.answers.entry import Entry

DIRECT = 192 * 9 * 128  # multiplications for each pixel

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "7.1",
        "task": "In the first inception block, a 1×1 convolution reduces 192 channels to 96 before "
        "a 3×3 convolution to 128 channels. What share of the multiplications of a direct 3×3 "
        "convolution from 192 to 128 channels does that need, as a number between 0 and 1 with six "
        "significant digits?",
        "answer": lambda: (192 * 96 + 96 * 9 * 128) / DIRECT,
        "hints": (
            "Count the multiplications for one pixel of the map, since the map keeps its size.",
            "A convolution needs k²·C multiplications for each filter, where C is its number of "
            "input channels. There are two convolutions instead of one.",
            "Directly it is 192·9·128. Otherwise it is 192·96 for the 1×1, plus 96·9·128: divide "
            "the sum by the former.",
        ),
        "mistakes": (
            (
                "only-the-3x3",
                lambda: 96 * 9 * 128 / DIRECT,
                "This is the 3×3 convolution alone: the 1×1 before it costs something, too.",
            ),
            (
                "only-the-1x1",
                lambda: 192 * 96 / DIRECT,
                "This is the 1×1 convolution alone: the 3×3 after it costs more.",
            ),
            (
                "inverted",
                lambda: DIRECT / (192 * 96 + 96 * 9 * 128),
                "This is the direct convolution divided by the two: it is the other way round.",
            ),
            (
                "saving",
                lambda: 1 - (192 * 96 + 96 * 9 * 128) / DIRECT,
                "This is the share that is saved: the question asks for the share that is needed.",
            ),
            (
                "kernel-forgotten",
                lambda: (192 * 96 + 96 * 128) / (192 * 128),
                "A 3×3 filter has nine weights for each input channel.",
            ),
        ),
        "worked": "The map has the same size before and after, so it is enough to count for one "
        "pixel. The direct convolution needs $192 \\cdot 9 \\cdot 128 = 221{,}184$ "
        "multiplications. The 1×1 needs $192 \\cdot 96 = 18{,}432$, and the 3×3 after it $96 "
        "\\cdot 9 \\cdot 128 = 110{,}592$, half of the direct one, because it has half the input "
        "channels. The sum is 129,024, and the share $129{,}024 / 221{,}184 = 0.583333$.",
    },
    {
        "name": "7.2",
        "task": "Two nets are tested on the same images. The first net alone is right on 130 "
        "images, the second alone on 100. What is the absolute value of z in McNemar's test, to "
        "six significant digits?",
        "answer": lambda: 30 / 230**0.5,
        "hints": (
            "Images that both nets have right, or both wrong, are not needed.",
            "z is the difference of the two numbers, divided by the square root of their sum.",
            "The nets disagree on 230 images, and the difference of the two counts is 30.",
        ),
        "mistakes": (
            (
                "no-root",
                lambda: 30 / 230,
                "Take the square root of the sum before you divide.",
            ),
            (
                "root-of-the-difference",
                lambda: 30**0.5,
                "This is the largest z that a difference of 30 can have: here the sum is known.",
            ),
            (
                "squared",
                lambda: 30**2 / 230,
                "This is z², which is also used for the test: take its square root.",
            ),
            (
                "negative",
                lambda: -30 / 230**0.5,
                "The question asks for the absolute value.",
            ),
        ),
        "worked": "Only images on which the nets disagree count: $130 + 100 = 230$ of them. If "
        "the nets were equally good, each would win such an image like a coin that shows heads, "
        "and the difference of the two counts would have a standard deviation of $\\sqrt{230} = "
        "15.2$. The difference is 30, so $z = 30 / \\sqrt{230} = 1.97814$. This is just above "
        "1.96: if the nets were equally good, a difference as large would occur in a little less "
        "than 5 % of cases.",
    },
    {
        "name": "7.3",
        "task": "Write a function that computes the shapes of a VGG net's maps from its "
        'configuration, such as [64, 64, "M", (128, 1), "M"]: a list with (C, H, W) after each '
        "item, for an image of shape input_shape = (C, H, W). Convolutions keep height and width; "
        "a pool halves them, rounded down.",
        "bank_task": "layer_shapes",
        "worked": "Keep the current shape in three variables and walk through the configuration "
        "with a loop. An item is one of three things. The letter M changes height and width, and "
        "leaves the channels. A number is the new number of channels, and height and width stay. "
        "A pair has the number of channels first, and the kernel second; the kernel does not "
        "matter for the shape, since the padding fits it. After each item, pools included, "
        "append the three variables as a new tuple to the result.",
    },
)
