"""Exercises of lessons 5 to 8: loss, dropout, SGD, the family of VGG nets, training."""

from math import log, log2

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
        "name": "5.1",
        "task": "A net gives each of 10 classes the same probability. What is the loss, in nats?",
        "answer": lambda: log(10),
        "hints": (
            "−log p of the label, and p is 1/10.",
            "In nats: with the natural logarithm.",
        ),
        "mistakes": (
            ("log2", lambda: log2(10), "This is in bits: use the natural logarithm."),
            ("log10", lambda: 1.0, "This is the logarithm to base 10: use the natural one."),
            (
                "sign",
                lambda: -log(10),
                "The loss is −log p, and the logarithm of a probability is negative.",
            ),
        ),
    },
    {
        "name": "5.2",
        "task": "The logits of two classes are both 0, and the label is class 0. What is the "
        "gradient of the loss with respect to the logits?",
        "answer": lambda: [-0.5, 0.5],
        "hints": ("p − 1 for the label, p for the others.", "Both probabilities are ½."),
        "mistakes": (
            (
                "probabilities",
                lambda: [0.5, 0.5],
                "These are the probabilities: subtract 1 at the label.",
            ),
            (
                "sign",
                lambda: [0.5, -0.5],
                "The sign is wrong: the loss *decreases* when the logit of the label increases.",
            ),
        ),
    },
    {
        "name": "5.3",
        "task": "The output of a unit is 3. During training with dropout, p = 0.2: what is it when "
        "the unit is not dropped?",
        "answer": lambda: 3 / 0.8,
        "hints": (
            "The expected value, over dropped and not dropped, must still be 3.",
            "3 / (1 − p).",
        ),
        "mistakes": (
            (
                "unscaled",
                lambda: 3.0,
                "Then the expected value is 2.4: scale up the outputs that are kept.",
            ),
            (
                "divided-by-p",
                lambda: 3 / 0.2,
                "p is the probability of dropping: divide by the probability of keeping.",
            ),
            (
                "multiplied",
                lambda: 3 * 0.8,
                "This makes the expected value even smaller: divide.",
            ),
        ),
    },
    {
        "name": "6.1",
        "task": "w = 1, v = 0, g = 2. What is w after one step with ε = 0.1, momentum 0.9 and "
        "weight decay λ = 0.5?",
        "answer": lambda: _weight_after([2.0]),
        "hints": ("First v, then w.", "Inside the bracket, λ·w is added to the gradient."),
        "mistakes": (
            ("no-decay", lambda: 0.8, "Weight decay is missing: λ·w is added to the gradient."),
            ("uphill", lambda: 1.25, "The step goes downhill: minus ε times the gradient."),
            (
                "decay-apart",
                lambda: 1 - 0.2 - 0.5,
                "Weight decay is inside the bracket, so it is also multiplied by ε.",
            ),
        ),
    },
    {
        "name": "6.2",
        "task": "... and after a second step, with g = 0?",
        "answer": lambda: _weight_after([2.0, 0.0]),
        "hints": (
            "The velocity of the first step is multiplied by 0.9 and added.",
            "w has changed, and so has λ·w.",
        ),
        "mistakes": (
            (
                "no-momentum",
                lambda: 0.75 - 0.1 * 0.5 * 0.75,
                "The velocity of the first step, times 0.9, is missing.",
            ),
            ("no-decay", lambda: 0.75 - 0.9 * 0.25, "g is 0, but the weight still decays."),
        ),
    },
    {
        "name": "6.3",
        "task": "What is the standard deviation of He's initialisation for a 3×3 convolution from "
        "128 to 256 channels?",
        "answer": lambda: (2 / (9 * 128)) ** 0.5,
        "hints": ("σ² = 2 / n, where n is the number of inputs of one output.",),
        "mistakes": (
            ("variance", lambda: 2 / (9 * 128), "This is the variance: take the square root."),
            (
                "fan-out",
                lambda: (2 / (9 * 256)) ** 0.5,
                "n counts the inputs of one output: 3·3·128.",
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
        "hints": ("It has 19 layers with weights.", "Three of them are fully connected."),
        "mistakes": (
            (
                "dense-too",
                lambda: 19,
                "19 is the number of layers with weights: three of them are fully connected.",
            ),
        ),
    },
    {
        "name": "7.2",
        "task": 'What is the configuration of D\'s first two blocks: a list of numbers and "M"?',
        "answer": lambda: models.CONFIGURATIONS["D"].layers[:6],
        "hints": ("Two convolutions with 64 filters, a max-pool, ...",),
        "mistakes": (
            (
                "of-A",
                lambda: models.CONFIGURATIONS["A"].layers[:4],
                "This is A: D has two convolutions in each of these blocks.",
            ),
            ("no-pools", lambda: [64, 64, 128, 128], "Each block ends with a max-pool, M."),
        ),
    },
    {
        "name": "7.3",
        "task": "Which two nets of Table 1 differ only in spatial context? The one with less "
        "context first.",
        "answer": lambda: ["C", "D"],
        "hints": ("They have the same number of layers and of ReLUs.", "1×1 against 3×3."),
        "mistakes": (
            ("order", lambda: ["D", "C"], "The right two nets: the one with less context first."),
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
        "hints": ("1438 / 32 = 44.9...",),
        "mistakes": (
            (
                "last-forgotten",
                lambda: 1438 // 32,
                "The remaining images are one more, smaller batch.",
            ),
        ),
    },
    {
        "name": "8.2",
        "task": "A 32×32 image is padded by 4 pixels. How many different images can a random 32×32 "
        "crop with mirroring give?",
        "answer": lambda: 2 * 9**2,
        "hints": (
            "The padded image has 40×40 pixels.",
            "There are 40 − 32 + 1 positions along each axis, and each crop can be mirrored.",
        ),
        "mistakes": (
            ("no-plus-one", lambda: 2 * 8**2, "From 0 to 8 are nine positions."),
            ("no-mirror", lambda: 9**2, "Each of them can also be mirrored."),
            ("one-side", lambda: 2 * 5**2, "The padding is on both sides: 4 pixels each."),
        ),
    },
    {
        "name": "8.3",
        "task": "370,000 steps of 256 images are 74 epochs. How many images does the training set "
        "have, to the nearest 10,000?",
        "answer": lambda: round(370_000 * 256 / 74, -4),
        "hints": ("Divide the number of images in all steps by the number of epochs.",),
        "mistakes": (("batch-forgotten", lambda: 370_000 / 74, "One step takes 256 images."),),
    },
)
