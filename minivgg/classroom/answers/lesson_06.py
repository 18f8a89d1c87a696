"""Exercises of lesson 6."""

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
)
