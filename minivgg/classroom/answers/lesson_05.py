"""Exercises of lesson 5."""

from math import log, log2

from minivgg.classroom.answers.entry import Entry

ANSWERS: tuple[Entry, ...] = (
    {
        "name": "5.1",
        "task": "A net gives each of 10 classes the same probability. What is its loss, in nats, "
        "to six significant digits?",
        "answer": lambda: log(10),
        "hints": (
            "The loss is −log p, where p is the probability of the label.",
            "The 10 probabilities are equal, and their sum is 1, so p = 1/10.",
            "Compute −log(1/10) = log 10 with the natural logarithm, np.log.",
        ),
        "mistakes": (
            ("log2", lambda: log2(10), "This is in bits: use the natural logarithm."),
            ("log10", lambda: 1.0, "This is the logarithm to base 10: use the natural one."),
            (
                "sign",
                lambda: -log(10),
                "The sign is wrong: the loss is −log p, and the logarithm of a probability is "
                "negative.",
            ),
        ),
    },
    {
        "name": "5.2",
        "task": "The logits of two classes are both 0, and the label is class 0. What is the "
        "gradient of the loss with respect to the logits, as a list of two numbers?",
        "answer": lambda: [-0.5, 0.5],
        "hints": (
            "Compute the softmax of the two logits first.",
            "The gradient is p − 1 at the label and p at the other class.",
            "Both probabilities are ½: subtract 1 at class 0, and nothing at class 1.",
        ),
        "mistakes": (
            (
                "probabilities",
                lambda: [0.5, 0.5],
                "These are the probabilities: subtract 1 at the label.",
            ),
            (
                "sign",
                lambda: [0.5, -0.5],
                "The signs are swapped: the loss decreases when the logit of the label increases.",
            ),
        ),
    },
    {
        "name": "5.3",
        "task": "The output of a unit is 3. In training with dropout (p = 0.2), what is the output "
        "when the unit is not dropped?",
        "answer": lambda: 3 / 0.8,
        "hints": (
            "With dropout, the output is 0 with probability p. Its expected value must still be 3, "
            "so it must be larger when the unit is kept.",
            "The output of a unit that is kept is divided by the probability of keeping it, 1 − p.",
            "The probability of keeping the unit is 1 − 0.2 = 0.8: divide 3 by it.",
        ),
        "mistakes": (
            (
                "unscaled",
                lambda: 3.0,
                "Without scaling, the expected value is 0.8·3: scale up the outputs that are kept.",
            ),
            (
                "divided-by-p",
                lambda: 3 / 0.2,
                "p is the probability of dropping: divide by the probability of keeping.",
            ),
            (
                "multiplied",
                lambda: 3 * 0.8,
                "This makes the expected value even smaller: divide instead of multiplying.",
            ),
        ),
    },
)
