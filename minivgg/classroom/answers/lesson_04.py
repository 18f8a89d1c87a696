"""Exercises of lesson 4."""

from minivgg import models
from minivgg.classroom.answers.entry import Entry
from minivgg.layers import Conv2d


def _count_multiply_adds(inputs: int, filters: int, kernel: int, size: int) -> int:
    layer = Conv2d(inputs, filters, kernel, padding=kernel // 2)
    return models.summary(layer, (inputs, size, size)).macs


def _largest_cheaper_stack(inputs: int) -> int:
    """The largest N for which two 3×3 have fewer weights than one 5×5."""
    filters = 1
    while 9 * inputs * (filters + 1) + 9 * (filters + 1) ** 2 < 25 * inputs * (filters + 1):
        filters += 1
    return filters


ANSWERS: tuple[Entry, ...] = (
    {
        "name": "4.1",
        "task": "A 5×5 convolution from 48 to 128 channels, with stride 1 and padding 2, is "
        "applied to maps of 20×20. How many multiply-adds does it take for one image, without the "
        "biases?",
        "answer": lambda: _count_multiply_adds(48, 128, 5, 20),
        "hints": (
            "How many weights does the layer have, and how often is each of them used?",
            "The layer has k·k·D·N weights, and each is used once at each position of the output "
            "map. How large is this map?",
            "There are 5·5·48·128 = 153,600 weights. With padding 2 the output has as many "
            "positions as the input, 20·20.",
        ),
        "mistakes": (
            (
                "weights-only",
                lambda: 25 * 48 * 128,
                "These are the weights. Each of them is used at every position of the output.",
            ),
            (
                "one-channel",
                lambda: 25 * 128 * 400,
                "A filter goes through all input channels: it has a 5×5 kernel for each of them.",
            ),
            (
                "no-padding",
                lambda: 25 * 48 * 128 * 16**2,
                "With padding 2, a 5×5 keeps the size of the map.",
            ),
            (
                "counted-twice",
                lambda: 2 * 25 * 48 * 128 * 400,
                "A multiplication and its addition count as one multiply-add.",
            ),
        ),
        "worked": "One output number is a sum of $5 \\cdot 5 \\cdot 48 = 1200$ products. With "
        "padding 2 and stride 1 the output map has $20 + 4 - 5 + 1 = 20$ positions along each "
        "axis, 400 in all, and there are 128 such maps. So the layer takes $1200 \\cdot 400 "
        "\\cdot 128 = 61{,}440{,}000$ multiply-adds. They are the 153,600 weights times the 400 "
        "positions.",
    },
    {
        "name": "4.2",
        "task": "A stack of two 3×3 convolutions goes from 64 channels to N, and then from N to "
        "N. What is the largest N for which it has fewer weights (without biases) than "
        "one 5×5 convolution from 64 channels to N?",
        "answer": lambda: _largest_cheaper_stack(64),
        "hints": (
            "Write down the weights of both as formulas in N, as for 7×7 and 11×11 in the lesson.",
            "One layer from D to N channels has k·k·D·N weights. In the stack the first layer goes "
            "from 64 to N, the second from N to N.",
            "Solve 25·64·N > 9·64·N + 9·N² for N: divide by N first. The answer is the largest "
            "whole number below the limit.",
        ),
        "mistakes": (
            (
                "rounded-up",
                lambda: 114,
                "The limit is between two whole numbers. At the upper one the stack has more "
                "weights already.",
            ),
            (
                "as-for-7x7",
                lambda: 142,
                "This is the limit for three 3×3 against one 7×7.",
            ),
            (
                "both-from-n",
                lambda: 88,
                "Only the second layer of the stack goes from N to N. The first goes from 64 to N.",
            ),
        ),
        "worked": "One 5×5 has $25 \\cdot 64 \\cdot N$ weights. The stack has $9 \\cdot 64 "
        "\\cdot N$ in its first layer and $9N^2$ in its second. Divide $25 \\cdot 64N > 9 \\cdot "
        "64N + 9N^2$ by $N$: $16 \\cdot 64 > 9N$, so $N < \\tfrac{16}{9} \\cdot 64 = 113.8$. The "
        "largest whole number below this is 113. The limit $\\tfrac{16}{9} D \\approx 1.78\\,D$ "
        "is lower than for 7×7 and 11×11, because two layers save less.",
    },
    {
        "name": "4.3",
        "task": "Write a function that counts all parameters of a VGG net. Its arguments are a "
        'configuration such as [64, "M", (128, 1), "M"], the number of classes, and the '
        "shape (channels, height, width) of the image. In the configuration, 64 stands "
        "for 64 filters of 3×3, a pair such as (128, 1) or [128, 1] for 128 filters of "
        '1×1, and "M" for a 2×2 max-pool of stride 2, which halves height and width, '
        "rounded down. After the last layer come three fully connected layers of 4096, "
        "4096 and as many outputs as there are classes.",
        "bank_task": "count_parameters",
        "hints": (
            "How many weights and biases does one filter of C×k×k have? How many filters are "
            "there? A fully connected layer has a weight for each pair of an input and an output, "
            "and a bias for each output.",
            "Go through the configuration with three numbers: channels, height and width of the "
            "current feature map. A max-pool halves height and width. An item of F filters adds "
            "F·(C·k·k + 1) parameters, with k = 3 unless the item is a pair; after it, C is F.",
            "After the last item, the first fully connected layer has C·H·W inputs, of the "
            "channels, height and width that are left. The layers have 4096, 4096 and as many "
            "outputs as there are classes; the inputs of each are the outputs of the one before.",
        ),
        "worked": "Go through the configuration with three numbers in hand: the channels, the "
        "height and the width of the current map. A max-pool has no parameters, but halves "
        "height and width (rounded down). A convolution of $N$ filters adds $N \\cdot (k \\cdot "
        "k \\cdot D + 1)$ parameters, where $D$ is the current number of channels; then $N$ is "
        "the new number. At the end the map has $D \\cdot H \\cdot W$ numbers, which are the "
        "inputs of the first fully connected layer. Each of the three layers adds outputs · "
        "(inputs + 1), and its outputs are the inputs of the next one.",
    },
)
