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
        "task": "A weight is 1 and its velocity 0. The learning rate is 0.1, the momentum 0.9 and "
        "the weight decay 0.5. The gradient is 2 in the first step and 0 in the second. What is "
        "the weight after both steps?",
        "answer": lambda: _weight_after([2.0, 0.0]),
        "hints": (
            "In the second step the gradient is 0, but the velocity of the first step is not, and "
            "the weight still decays.",
            "In each step compute the new velocity 0.9·v − 0.1·(0.5·w + g) first, and add it to w.",
            "After the first step v is −0.25. Add this to 1, and use both numbers, with g = 0, for "
            "the second step.",
        ),
        "mistakes": (
            (
                "one-step",
                lambda: 0.75,
                "This is the weight after the first step: the second one follows.",
            ),
            (
                "no-momentum",
                lambda: 0.75 - 0.1 * 0.5 * 0.75,
                "The momentum is missing: add 0.9 times the velocity of the first step.",
            ),
            (
                "no-decay-at-the-end",
                lambda: 0.75 - 0.9 * 0.25,
                "Weight decay is missing in the second step: g is 0, but λ·w is not.",
            ),
            (
                "no-decay",
                lambda: 0.8 - 0.9 * 0.2,
                "Weight decay is missing: λ·w is added to the gradient.",
            ),
            (
                "uphill",
                lambda: 1.25 + 0.9 * 0.25 + 0.1 * 0.5 * 1.25,
                "These steps increase the loss: subtract ε times the gradient.",
            ),
        ),
        "worked": "First step: the bracket is $0.5 \\cdot 1 + 2 = 2.5$, so $v = 0.9 \\cdot 0 - "
        "0.1 \\cdot 2.5 = -0.25$, and $w = 1 - 0.25 = 0.75$. Second step: the gradient is 0, but "
        "the weight still decays, so the bracket is $0.5 \\cdot 0.75 = 0.375$. The velocity is "
        "$v = 0.9 \\cdot (-0.25) - 0.1 \\cdot 0.375 = -0.2625$. So $w = 0.75 - 0.2625 = 0.4875$.",
    },
    {
        "name": "6.2",
        "task": "Write one step of the paper's rule for an array of weights w with gradient g and "
        "velocity v. Return the new w and the new v.",
        "bank_task": "sgd_step",
        "worked": "Two assignments are enough, in the order of the rule. The first computes the "
        "new velocity from the old velocity, the old weights and the gradient: a share of the "
        "old velocity, minus the learning rate times the sum of gradient and decayed weights. "
        "The decay is *inside* the bracket, so the rate multiplies it, too. The second adds the "
        "new velocity to the weights. Both are returned, because the next step needs both. NumPy "
        "does it for arrays of any shape at once.",
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
        "worked": "Each output of the convolution is a sum over 3·3 pixels of each of 128 input "
        "channels, so $n = 3 \\cdot 3 \\cdot 128 = 1152$. The number of filters does not matter "
        "for the size of a single output. He's variance is $2 / 1152$, and its square root is "
        "0.0416667, which is exactly 1/24. Weights of this size keep the standard deviation of "
        "the signal, since $\\sigma \\sqrt{n / 2} = 1$.",
    },
)
