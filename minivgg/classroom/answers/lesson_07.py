"""Exercises of lesson 7."""

from minivgg.classroom.answers.entry import Entry

CHANNELS = 256  # before and after
PER_CHANNEL = CHANNELS + 9 * CHANNELS  # weights of the 1×1 and of the 3×3, for each one between

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "7.1",
        "task": "C → D changes context and parameters together. To separate them, replace C's 1×1 "
        "convolution from 256 to 256 channels not with D's 3×3, but with two convolutions without "
        "a ReLU between them: a 1×1 from 256 to m channels, and a 3×3 from m to 256. What is the "
        "largest m for which the two together have no more weights than C's 1×1? (Do not count "
        "biases.)",
        "answer": lambda: CHANNELS**2 // PER_CHANNEL,
        "hints": (
            "Write the number of weights of the two convolutions as a formula with m.",
            "A 1×1 from 256 to m has 256·m weights, a 3×3 from m to 256 has nine times as many.",
            "Divide the weights of C's 1×1, 256·256, by the weights that each of the m channels "
            "costs in both convolutions together, and round down.",
        ),
        "mistakes": (
            (
                "only-the-3x3",
                lambda: CHANNELS**2 // (9 * CHANNELS),
                "The 1×1 before the 3×3 has weights, too.",
            ),
            (
                "not-rounded",
                lambda: CHANNELS**2 / PER_CHANNEL,
                "A number of channels is a whole number.",
            ),
            (
                "rounded-up",
                lambda: CHANNELS**2 // PER_CHANNEL + 1,
                "With this m the two have a few more weights than C's 1×1.",
            ),
            (
                "weights-of-d",
                lambda: 9 * CHANNELS**2 // PER_CHANNEL,
                "Compare with C's 1×1, which has 256·256 weights, not with D's 3×3.",
            ),
        ),
        "worked": "C's 1×1 has $256 \\cdot 256 = 65{,}536$ weights. The two convolutions have "
        "$256 m + 9 m \\cdot 256 = 2560\\, m$. So $m \\le 65{,}536 / 2560 = 25.6$, and the largest "
        "whole number is **25**. A net with three such pairs would have D's receptive field, as "
        "many ReLUs as C and D, and about C's number of parameters. If it were better than C, the "
        "additional parameters of D could not be the reason. But the few channels between limit "
        "what the pair can compute, so a worse result would prove little: a comparison that "
        "changes only one thing is hard to make.",
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
