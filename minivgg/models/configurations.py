"""The VGG family as data: Table 1 of the paper, its control net, and small nets for small images.

A layer is a number of 3×3 filters, ``(filters, kernel size)`` for another kernel (always stride 1 and padding (k−1)/2, so 1×1 has none),
"M" for a 2×2 max-pool of stride 2, or "LRN" for local response normalisation. ReLU follows every convolution.
"""

from typing import NamedTuple


class Configuration(NamedTuple):
    """The convolution part of a net, and what images and hidden fully connected layers it is meant for."""

    layers: list
    input_shape: tuple = (3, 224, 224)
    hidden: tuple = (4096, 4096)
    about: str = ""  # for tables and menus


_B = [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]

CONFIGURATIONS = {
    # Simonyan & Zisserman 2014, Table 1
    "A": Configuration([64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"], about="11 weight layers"),
    "A-LRN": Configuration([64, "LRN", "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"], about="A with LRN"),
    "B": Configuration(_B, about="13 weight layers"),
    "C": Configuration(
        [64, 64, "M", 128, 128, "M", 256, 256, (256, 1), "M", 512, 512, (512, 1), "M", 512, 512, (512, 1), "M"],
        about="16 weight layers, three of them 1×1",
    ),
    "D": Configuration(
        [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"], about="16 weight layers (VGG-16)"
    ),
    "E": Configuration(
        [64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M", 512, 512, 512, 512, "M", 512, 512, 512, 512, "M"],
        about="19 weight layers (VGG-19)",
    ),
    # §2.3 and §4.1: B with each pair of 3×3 replaced by one 5×5
    "B-5x5": Configuration([(64, 5), "M", (128, 5), "M", (256, 5), "M", (512, 5), "M", (512, 5), "M"], about="control net of §4.1"),
    # small images: the same idea, fewer halvings and filters
    "small-8x8": Configuration([32, 32, "M", 64, 64, "M"], (1, 8, 8), (128,), "for 8×8 images such as the digits"),
    "small-28x28": Configuration([32, 32, "M", 64, 64, "M", 128, 128, "M"], (1, 28, 28), (256,), "for 28×28 images such as MNIST"),
    "small-32x32": Configuration([32, 32, "M", 64, 64, "M", 128, 128, "M"], (3, 32, 32), (256,), "for 32×32 images such as CIFAR-10"),
}

ALIASES = {"vgg11": "A", "vgg13": "B", "vgg16": "D", "vgg19": "E"}
