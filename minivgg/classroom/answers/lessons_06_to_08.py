"""Exercises of lessons 6 to 8: SGD, initialisation, the family of VGG nets, training."""

from minivgg import models
from minivgg.classroom.answers.entry import Entry


def _weight_after(gradients: list[float]) -> float:
    """The weight after the paper's steps from w = 1, with ε = 0.1, momentum 0.9 and λ = 0.5."""
    w, v = 1.0, 0.0
    for g in gradients:
        v = 0.9 * v - 0.1 * (0.5 * w + g)
        w += v
    return w


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "6.1",
        "task": "w = 1, v = 0, g = 2. What is w after one step with learning rate ε = 0.1, "
        "momentum 0.9 and weight decay λ = 0.5?",
        "answer": lambda: _weight_after([2.0]),
        "hints": (
            "Compute the new velocity v first, then add it to w.",
            "The new velocity is 0.9·v − ε·(λ·w + g).",
            "The bracket is 0.5·1 + 2 = 2.5, so v becomes 0.9·0 − 0.1·2.5 = −0.25: add it to w.",
        ),
        "mistakes": (
            ("no-decay", lambda: 0.8, "Weight decay is missing: λ·w is added to the gradient."),
            (
                "uphill",
                lambda: 1.25,
                "This step increases the loss: subtract ε times the gradient.",
            ),
            (
                "decay-apart",
                lambda: 1 - 0.2 - 0.5,
                "Weight decay is inside the bracket, so it is also multiplied by ε.",
            ),
        ),
    },
    {
        "name": "6.2",
        "task": "Continue 6.1 with a second step, in which g = 0. What is w now?",
        "answer": lambda: _weight_after([2.0, 0.0]),
        "hints": (
            "The gradient is 0, but the velocity of the first step is not, and the weight still "
            "decays.",
            "Use the same rule with the v and the w of the first step and g = 0.",
            "The new v is 0.9·(−0.25) − 0.1·(0.5·w), where w is the answer to 6.1: add it to this "
            "w.",
        ),
        "mistakes": (
            (
                "no-momentum",
                lambda: 0.75 - 0.1 * 0.5 * 0.75,
                "The momentum is missing: add 0.9 times the velocity of the first step.",
            ),
            (
                "no-decay",
                lambda: 0.75 - 0.9 * 0.25,
                "Weight decay is missing: g is 0, but λ·w is not.",
            ),
        ),
    },
    {
        "name": "6.3",
        "task": "What is the standard deviation of the weights in He's initialisation of a 3×3 "
        "convolution from 128 to 256 channels, to six significant digits?",
        "answer": lambda: (2 / (9 * 128)) ** 0.5,
        "hints": (
            "The variance depends on the number of inputs that one output is computed from.",
            "The variance is σ² = 2 / n, where n = k²·C is the number of inputs of one output, and "
            "C is the number of input channels.",
            "Here n is 3·3·128 = 1152: take the square root of 2 / 1152.",
        ),
        "mistakes": (
            ("variance", lambda: 2 / (9 * 128), "This is the variance: take the square root."),
            (
                "fan-out",
                lambda: (2 / (9 * 256)) ** 0.5,
                "n is the number of inputs of one output: 3·3·128.",
            ),
            (
                "kernel-forgotten",
                lambda: (2 / 128) ** 0.5,
                "Each output has 3×3 inputs from each of the 128 channels.",
            ),
            (
                "glorot",
                lambda: (2 / (9 * (128 + 256))) ** 0.5,
                "This is Glorot's initialisation: He's counts the inputs only.",
            ),
        ),
    },
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
    {
        "name": "8.1",
        "task": "How many steps of SGD are in one epoch of 1,438 images with batch size 32? (The "
        "last batch may be smaller.)",
        "answer": lambda: -(-1438 // 32),
        "hints": (
            "Each batch is one step, and an epoch uses every image once.",
            "Divide the number of images by the batch size. The images that remain are one more "
            "batch.",
            "1438 / 32 is 44.94: round up.",
        ),
        "mistakes": (
            (
                "last-forgotten",
                lambda: 1438 // 32,
                "The last batch is missing: the images that remain are one more, smaller batch.",
            ),
        ),
    },
    {
        "name": "8.2",
        "task": "A 32×32 image is padded by 4 pixels on each side. How many different images can a "
        "random 32×32 crop with mirroring give?",
        "answer": lambda: 2 * 9**2,
        "hints": (
            "Count the positions of the crop along one axis first.",
            "The padded image has 40×40 pixels, so the crop has 40 − 32 + 1 positions along each "
            "axis. Each crop can be mirrored.",
            "There are 9 positions along each axis, which gives 9·9 crops: count each of them as "
            "it is and mirrored.",
        ),
        "mistakes": (
            ("no-plus-one", lambda: 2 * 8**2, "The positions 0 to 8 are nine, not eight."),
            ("no-mirror", lambda: 9**2, "Each crop can also be mirrored."),
            ("one-side", lambda: 2 * 5**2, "The padding is on both sides, 4 pixels on each."),
        ),
    },
    {
        "name": "8.3",
        "task": "The paper trains for 370,000 steps of 256 images, and calls this 74 epochs. How "
        "many images are in its training set, to the nearest 10,000?",
        "answer": lambda: round(370_000 * 256 / 74, -4),
        "hints": (
            "An epoch uses every image of the training set once.",
            "Divide the number of images in all steps by the number of epochs.",
            "The steps have 370,000 · 256 = 94,720,000 images: divide them by 74.",
        ),
        "mistakes": (
            (
                "batch-forgotten",
                lambda: 370_000 / 74,
                "This is the number of steps in an epoch: each step uses 256 images.",
            ),
        ),
    },
)
