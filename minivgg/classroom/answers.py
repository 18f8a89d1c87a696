"""The exercises of the lessons as data. Every answer is computed, so that it is right as long as the package is."""

import numpy as np

from minivgg import models, ops
from minivgg.analysis import receptive_field

STACK = [(3, 1)]  # one 3×3 convolution: (kernel, stride)


def _alexnets_second_pool():
    return receptive_field([(11, 4), (3, 2), (5, 1), (3, 2)])[0]


def _unfolded():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    return ops.im2col(x, (3, 3)).shape


ANSWERS = [
    {
        "name": "1.1",
        "task": "How large is im2col's matrix for one grey image of 4×4 and a kernel of 3×3, stride 1, no padding?",
        "answer": _unfolded,
        "hints": ("How many places are there for the kernel?", "Each row is one place, each column one pixel under the kernel."),
        "mistakes": (
            ("transposed", lambda: _unfolded()[::-1], "Rows and columns are exchanged: here each place of the kernel is a row."),
            ("no-border", lambda: (16, 9), "A kernel of 3×3 does not fit at every pixel of a 4×4 image without padding."),
        ),
    },
    {
        "name": "1.2",
        "task": "How many times more numbers than the image has im2col's matrix, for 3×3 at stride 1 with padding 1?",
        "answer": lambda: 9,
        "hints": ("Count how often one pixel in the middle of the image is copied.",),
    },
    {
        "name": "1.3",
        "task": "Which output size has a 9×9 convolution of stride 2 and padding 4 on 32 pixels a side?",
        "answer": lambda: (32 + 2 * 4 - 9) // 2 + 1,
        "hints": ("(H + 2·padding − k) / stride, and then?", "Round down, then add the first place: + 1."),
        "mistakes": (
            ("no-plus-one", lambda: (32 + 8 - 9) // 2, "The first place counts, too: + 1."),
            ("rounded-up", lambda: -(-(32 + 8 - 9) // 2) + 1, "A place that sticks out of the image does not count: round down."),
            ("padding-once", lambda: (32 + 4 - 9) // 2 + 1, "Padding lies on both sides."),
        ),
    },
    {
        "name": "2.1",
        "task": "A 2×2 max-pool of stride 2 goes over an image of 6×6. How many of the 36 numbers of dx can be different from 0?",
        "answer": lambda: (6 // 2) ** 2,
        "hints": ("How many windows are there?", "Each window sends its gradient to one pixel."),
        "mistakes": (("all", lambda: 36, "Only the largest pixel of each window had a say."),),
    },
    {
        "name": "2.2",
        "task": "On how many outputs of one 3×3 filter of stride 1 has a pixel in the middle of a large image an influence?",
        "answer": lambda: 9,
        "hints": ("At how many places of the filter is the pixel under it?",),
        "mistakes": (("one", lambda: 1, "The filter lies over the pixel at several places: count them."),),
    },
    {
        "name": "2.3",
        "task": "f(x) = x³ at x = 1. What does the central difference with h = 0.1 say?",
        "answer": lambda: (1.1**3 - 0.9**3) / 0.2,
        "hints": ("(f(1.1) − f(0.9)) / 0.2", "It is a little more than 3: the error is h²."),
        "mistakes": (
            ("one-sided", lambda: (1.1**3 - 1) / 0.1, "That is the one-sided difference: step to both sides."),
            ("divided-by-h", lambda: (1.1**3 - 0.9**3) / 0.1, "From 0.9 to 1.1 it is 2h."),
            ("exact", lambda: 3.0, "That is the derivative; the difference has an error of h²."),
        ),
    },
    {
        "name": "3.1",
        "task": "How many pixels, a side, does a unit see after four 3×3 convolutions of stride 1?",
        "answer": lambda: receptive_field(4 * STACK)[0],
        "hints": ("One layer sees 3, two see 5.", "Each further layer adds (k − 1)·j pixels, and j is 1 without strides."),
        "mistakes": (
            ("sum", lambda: 12, "Neighbouring windows overlap: a layer adds k − 1 pixels, not k."),
            ("power", lambda: 81, "Windows of windows overlap: sizes add up, they do not multiply."),
        ),
    },
    {
        "name": "3.2",
        "task": "What does a unit of AlexNet's second max-pool see? conv 11×11/4, pool 3×3/2, conv 5×5, pool 3×3/2.",
        "answer": _alexnets_second_pool,
        "hints": ("Note j, the distance of neighbouring units in pixels, beside r.", "After the first layer r = 11 and j = 4."),
        "mistakes": (
            ("stride-too-early", lambda: 11 + 2 * 8 + 4 * 8 + 2 * 16, "A layer's own stride spreads the layers after it, not itself."),
            ("strides-forgotten", lambda: 11 + 2 + 4 + 2, "After a stride of 4, neighbouring units are 4 pixels apart."),
        ),
    },
    {
        "name": "3.3",
        "task": "How many 3×3 convolutions of stride 1 see as much as one of 11×11?",
        "answer": lambda: (11 - 1) // 2,
        "hints": ("r = 1 + 2n.",),
    },
    {
        "name": "4.1",
        "task": "How many weights (no biases) have three 3×3 convolutions with 64 channels in and out?",
        "answer": lambda: 27 * 64**2,
        "hints": ("One has 3·3·64·64.", "27C²."),
        "mistakes": (
            ("one-layer", lambda: 9 * 64**2, "That is one layer: 3·(3²C²) = 27C², not 3²C²."),
            ("seven", lambda: 49 * 64**2, "That is one 7×7."),
        ),
    },
    {
        "name": "4.2",
        "task": "How many parameters has VGG-16's first fully connected layer, biases included?",
        "answer": lambda: 512 * 7 * 7 * 4096 + 4096,
        "hints": ("It takes the map of the last max-pool: 512 channels of 7×7.",),
        "mistakes": (("no-biases", lambda: 512 * 49 * 4096, "The biases are missing: one for each of the 4096 outputs."),),
    },
    {
        "name": "4.3",
        "task": "How many parameters has D more than B?",
        "answer": lambda: _total("D") - _total("B"),
        "hints": ("models.summary(net, shape).parameters", "The fully connected layers are the same: count the three new convolutions."),
    },
]


def _total(name):
    return models.summary(models.vgg(name, initializer="zeros"), (3, 224, 224)).parameters
