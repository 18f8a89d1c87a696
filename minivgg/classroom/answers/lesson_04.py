"""Exercises of lesson 4."""

from minivgg import models
from minivgg.classroom.answers.entry import Entry


def _count_parameters(name: str) -> int:
    return models.summary(models.vgg(name, initializer="zeros"), (3, 224, 224)).parameters


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "4.1",
        "task": "How many weights (without biases) do three 3×3 convolutions with 64 input and 64 "
        "output channels have?",
        "answer": lambda: 27 * 64**2,
        "hints": (
            "Count the weights of one filter first, then those of one layer, then of all three.",
            "A k×k convolution from C to C channels has k²·C² weights.",
            "One layer has 3·3·64·64 = 36,864 weights, and there are three layers.",
        ),
        "mistakes": (
            (
                "one-layer",
                lambda: 9 * 64**2,
                "This is one layer: three layers have 3·(3²C²) = 27C² weights.",
            ),
            ("seven", lambda: 49 * 64**2, "This is one 7×7 convolution, with 49C² weights."),
        ),
    },
    {
        "name": "4.2",
        "task": "How many parameters does VGG-16's first fully connected layer have, with biases?",
        "answer": lambda: 512 * 7 * 7 * 4096 + 4096,
        "hints": (
            "The input of this layer is the output of the last max-pool, flattened.",
            "The last max-pool has 512 channels of 7×7, and the layer has 4096 outputs. From I to "
            "O numbers, a fully connected layer has O·I weights and O biases.",
            "Here I is 512·7·7 = 25,088 and O is 4096: compute O·I + O.",
        ),
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
        "task": "How many more parameters does D have than B?",
        "answer": lambda: _count_parameters("D") - _count_parameters("B"),
        "hints": (
            'Compare models.CONFIGURATIONS["B"] with models.CONFIGURATIONS["D"]: which layers does '
            "D have in addition?",
            "D has one more 3×3 convolution in each of the last three blocks, with 256, 512 and "
            "512 channels; the fully connected layers are the same.",
            "A 3×3 convolution from C to C channels has 9·C² + C parameters: add them up for "
            "C = 256, 512 and 512.",
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
