"""Exercises of lesson 7."""

from minivgg import models
from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "7.1",
        "task": "How many convolutions does E have?",
        "answer": lambda: sum(item != "M" for item in models.CONFIGURATIONS["E"].layers),
        "hints": (
            "E has 19 layers with weights, but not all of them are convolutions.",
            "Convolutions and fully connected layers have weights, max-pools have none.",
            "Three of the 19 layers with weights are fully connected: subtract them.",
        ),
        "mistakes": (
            (
                "dense-too",
                lambda: 19,
                "This is the number of layers with weights: three of them are fully connected.",
            ),
        ),
    },
    {
        "name": "7.2",
        "task": 'What is the configuration of D\'s first two blocks, as a list of numbers and "M"?',
        "answer": lambda: models.CONFIGURATIONS["D"].layers[:6],
        "hints": (
            'A number stands for a 3×3 convolution with that many filters, and "M" for the '
            "max-pool that ends a block.",
            "Each of the two blocks has two convolutions, and the second block has twice as many "
            "filters as the first.",
            'The first block is 64, 64, "M". The second one has the same form, with twice as many '
            "filters.",
        ),
        "mistakes": (
            (
                "of-A",
                lambda: models.CONFIGURATIONS["A"].layers[:4],
                "This is A: D has two convolutions in each of these blocks.",
            ),
            ("no-pools", lambda: [64, 64, 128, 128], 'Each block ends with a max-pool, "M".'),
        ),
    },
    {
        "name": "7.3",
        "task": "Which two nets of Table 1 differ only in spatial context? Write a list of two "
        "names, the net with less context first.",
        "answer": lambda: ["C", "D"],
        "hints": (
            "The spatial context of a layer is the size of its window, so look for different "
            "kernel sizes.",
            "Both nets have the same number of layers and of ReLUs.",
            "One of the nets has three 1×1 convolutions where the other has 3×3 convolutions.",
        ),
        "mistakes": (
            (
                "order",
                lambda: ["D", "C"],
                "These are the right two nets: write the one with less context first.",
            ),
            (
                "non-linearity",
                lambda: ["B", "C"],
                "These differ only in non-linearity: both have a receptive field of 156 pixels.",
            ),
        ),
    },
)
