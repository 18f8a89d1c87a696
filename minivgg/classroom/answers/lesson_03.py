"""Exercises of lesson 3."""

from minivgg.analysis import receptive_field
from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "3.1",
        "task": "What is the receptive field, in pixels along one axis, of a unit after four 3×3 "
        "convolutions with stride 1?",
        "answer": lambda: receptive_field(4 * [(3, 1)])[0],
        "hints": (
            "Draw the case of two layers: the receptive field is 5, because the windows of "
            "neighbouring units overlap.",
            "Each layer adds (k − 1)·j pixels, where j is the distance of neighbouring units; "
            "without strides, j is 1.",
            "Begin with 1 pixel, and add 3 − 1 pixels for each of the four layers.",
        ),
        "mistakes": (
            ("sum", lambda: 12, "Neighbouring windows overlap: a layer adds k − 1 pixels, not k."),
            ("power", lambda: 81, "Windows overlap: the sizes are added, not multiplied."),
        ),
    },
    {
        "name": "3.2",
        "task": "What is the receptive field, in pixels along one axis, of a unit after AlexNet's "
        "second max-pool? The layers are conv 11×11 with stride 4, pool 3×3 with stride 2, conv "
        "5×5 with stride 1 and pool 3×3 with stride 2.",
        "answer": lambda: receptive_field([(11, 4), (3, 2), (5, 1), (3, 2)])[0],
        "hints": (
            "Besides the receptive field r, keep track of j, the distance of neighbouring units in "
            "pixels.",
            "Begin with r = 1 and j = 1. For each layer, first r ← r + (k − 1)·j, then j ← j·s.",
            "After the first layer r = 11 and j = 4, after the first pool r = 19 and j = 8, and "
            "after the 5×5 convolution r = 51 and j = 8. One pool is missing.",
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
                "The strides are missing: after a stride of 4, neighbouring units are 4 pixels "
                "apart; after a further stride of 2, 8.",
            ),
            (
                "all-strides-too-early",
                lambda: 11 + 30 + 16 + 32 + 32,
                "The stride of a layer affects the layers after it, not the layer itself.",
            ),
            (
                "one-layer-short",
                lambda: receptive_field([(11, 4), (3, 2), (5, 1)])[0],
                "This is the receptive field after the 5×5 convolution: the second max-pool is "
                "missing.",
            ),
        ),
    },
    {
        "name": "3.3",
        "task": "How many 3×3 convolutions with stride 1 have the receptive field of one 11×11 "
        "convolution?",
        "answer": lambda: (11 - 1) // 2,
        "hints": (
            "Compute the receptive field of one, two and three layers, and find the rule.",
            "The receptive field of n layers is 1 + 2n pixels along one axis.",
            "Solve 1 + 2n = 11 for n.",
        ),
    },
)
