"""Exercises of lessons 0 to 4: images, convolution, its gradient, receptive fields, parameters."""

import numpy as np

from minivgg import models, ops
from minivgg.analysis import receptive_field
from minivgg.classroom.answers.entry import Entry


def _im2col_shape() -> tuple[int, ...]:
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    return ops.im2col(x, (3, 3)).shape


def _count_parameters(name: str) -> int:
    return models.summary(models.vgg(name, initializer="zeros"), (3, 224, 224)).parameters


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "0.1",
        "task": "How many numbers is a colour photograph of 224×224 pixels?",
        "answer": lambda: 3 * 224 * 224,
        "hints": ("How many numbers is one pixel?", "Red, green and blue."),
        "mistakes": (
            (
                "grey",
                lambda: 224 * 224,
                "A pixel of a colour image is three numbers: red, green and blue.",
            ),
        ),
    },
    {
        "name": "0.2",
        "task": "A max-pool halves height and width. How many of them turn 224×224 into 7×7?",
        "answer": lambda: 5,
        "hints": ("224, 112, 56, ...",),
    },
    {
        "name": "0.3",
        "task": "One layer of VGG-16 has 102.8 of its 138 million parameters. What share is this, "
        "in %, to the nearest integer?",
        "answer": lambda: round(100 * 102.8 / 138),
        "hints": ("The layer's parameters, divided by all parameters.",),
        "mistakes": (
            ("fraction", lambda: 0.74, "The question asks for per cent: multiply by 100."),
            ("not-rounded", lambda: 100 * 102.8 / 138, "Round it to the nearest integer."),
        ),
    },
    {
        "name": "1.1",
        "task": "What is the shape of im2col's matrix for one grey image of 4×4 and a kernel of "
        "3×3, stride 1, no padding?",
        "answer": _im2col_shape,
        "hints": (
            "At how many positions does the kernel fit?",
            "Each row is one position of the kernel, each column one pixel under it.",
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
                "Without padding, a kernel of 3×3 does not fit at every pixel of a 4×4 image.",
            ),
        ),
    },
    {
        "name": "1.2",
        "task": "By which factor is im2col's matrix larger than the image, for 3×3 with stride 1 "
        "and padding 1?",
        "answer": lambda: 9,
        "hints": ("Count how often one pixel in the middle of the image is copied.",),
        "mistakes": (
            (
                "how-many-more",
                lambda: 8,
                "This is how many copies are *added*: count the pixel itself, too.",
            ),
        ),
    },
    {
        "name": "1.3",
        "task": "A 9×9 convolution with stride 2 and padding 4 is applied to 32×32 pixels. What is "
        "the height (and width) of the output?",
        "answer": lambda: (32 + 2 * 4 - 9) // 2 + 1,
        "hints": (
            "(H + 2·padding − k) / stride, and then?",
            "Round down, then add 1 for the first position.",
        ),
        "mistakes": (
            (
                "no-plus-one",
                lambda: (32 + 8 - 9) // 2,
                "The first position counts, too: + 1.",
            ),
            (
                "rounded-up",
                lambda: -(-(32 + 8 - 9) // 2) + 1,
                "A position where the kernel extends beyond the image does not count: round down.",
            ),
            (
                "padding-once",
                lambda: (32 + 4 - 9) // 2 + 1,
                "The padding is added on both sides.",
            ),
        ),
    },
    {
        "name": "2.1",
        "task": "A 2×2 max-pool with stride 2 is applied to an image of 6×6. How many of the 36 "
        "numbers of dx can be non-zero?",
        "answer": lambda: (6 // 2) ** 2,
        "hints": ("How many windows are there?", "Each window sends its gradient to one pixel."),
        "mistakes": (
            ("all", lambda: 36, "Only the largest pixel of each window gets a gradient."),
        ),
    },
    {
        "name": "2.2",
        "task": "How many outputs of one 3×3 filter with stride 1 depend on a pixel in the middle "
        "of a large image?",
        "answer": lambda: 9,
        "hints": ("At how many positions of the filter is the pixel under it?",),
        "mistakes": (
            ("one", lambda: 1, "The filter covers the pixel at several positions: count them."),
        ),
    },
    {
        "name": "2.3",
        "task": "f(x) = x³. What is the central difference at x = 1 with h = 0.1?",
        "answer": lambda: (1.1**3 - 0.9**3) / 0.2,
        "hints": ("(f(1.1) − f(0.9)) / 0.2", "It is a little more than 3: the error is h²."),
        "mistakes": (
            (
                "one-sided",
                lambda: (1.1**3 - 1) / 0.1,
                "This is the one-sided difference: take a step to both sides.",
            ),
            ("divided-by-h", lambda: (1.1**3 - 0.9**3) / 0.1, "From 0.9 to 1.1 is 2h."),
            (
                "exact",
                lambda: 3.0,
                "This is the derivative; the difference has an error of h².",
            ),
        ),
    },
    {
        "name": "3.1",
        "task": "What is the receptive field, in pixels along one axis, of a unit after four 3×3 "
        "convolutions with stride 1?",
        "answer": lambda: receptive_field(4 * [(3, 1)])[0],
        "hints": (
            "After one layer it is 3, after two it is 5.",
            "Each further layer adds (k − 1)·j pixels, and j is 1 without strides.",
        ),
        "mistakes": (
            ("sum", lambda: 12, "Neighbouring windows overlap: a layer adds k − 1 pixels, not k."),
            ("power", lambda: 81, "Windows overlap: the sizes add up, they do not multiply."),
        ),
    },
    {
        "name": "3.2",
        "task": "What is the receptive field, in pixels along one axis, of a unit after AlexNet's "
        "second max-pool? conv 11×11/4, pool 3×3/2, conv 5×5, pool 3×3/2.",
        "answer": lambda: receptive_field([(11, 4), (3, 2), (5, 1), (3, 2)])[0],
        "hints": (
            "Besides r, keep track of j, the distance of neighbouring units in pixels.",
            "After the first layer r = 11 and j = 4.",
        ),
        "mistakes": (
            (
                "stride-too-early",
                lambda: 11 + 2 * 8 + 4 * 8 + 2 * 16,
                "The stride of a layer affects the layers after it, not the layer itself.",
            ),
            (
                "strides-forgotten",
                lambda: 11 + 2 + 4 + 2,
                "After a stride of 4, neighbouring units are 4 pixels apart; after a further "
                "stride of 2, 8.",
            ),
            (
                "all-strides-too-early",
                lambda: 11 + 30 + 16 + 32 + 32,
                "The stride of a layer affects the layers after it, not the layer itself.",
            ),
            (
                "one-layer-short",
                lambda: receptive_field([(11, 4), (3, 2), (5, 1)])[0],
                "This is conv2: the second max-pool is missing.",
            ),
        ),
    },
    {
        "name": "3.3",
        "task": "How many 3×3 convolutions with stride 1 have the receptive field of one 11×11 "
        "convolution?",
        "answer": lambda: (11 - 1) // 2,
        "hints": ("r = 1 + 2n.",),
    },
    {
        "name": "4.1",
        "task": "How many weights (without biases) do three 3×3 convolutions with 64 input and 64 "
        "output channels have?",
        "answer": lambda: 27 * 64**2,
        "hints": ("One has 3·3·64·64.", "27C²."),
        "mistakes": (
            ("one-layer", lambda: 9 * 64**2, "This is one layer: three have 3·(3²C²) = 27C²."),
            ("seven", lambda: 49 * 64**2, "This is one 7×7 convolution."),
        ),
    },
    {
        "name": "4.2",
        "task": "How many parameters does VGG-16's first fully connected layer have, with biases?",
        "answer": lambda: 512 * 7 * 7 * 4096 + 4096,
        "hints": ("Its input is the output of the last max-pool: 512 channels of 7×7.",),
        "mistakes": (
            (
                "no-biases",
                lambda: 512 * 49 * 4096,
                "The biases are missing: one for each of the 4096 outputs.",
            ),
        ),
    },
    {
        "name": "4.3",
        "task": "How many parameters does D have more than B?",
        "answer": lambda: _count_parameters("D") - _count_parameters("B"),
        "hints": (
            "models.summary(net, shape).parameters",
            "The fully connected layers are the same: count the three additional convolutions.",
        ),
        "mistakes": (
            (
                "no-biases",
                lambda: 9 * 256**2 + 2 * 9 * 512**2,
                "The biases of the three additional convolutions are missing.",
            ),
        ),
    },
)
