"""Exercises of lessons 3 to 5: receptive fields, parameters, loss, dropout."""

from math import log, log2

from minivgg import models
from minivgg.analysis import receptive_field
from minivgg.classroom.answers.entry import Entry


def _count_parameters(name: str) -> int:
    return models.summary(models.vgg(name, initializer="zeros"), (3, 224, 224)).parameters


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
