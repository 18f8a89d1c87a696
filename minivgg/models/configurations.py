"""The VGG family as data: Table 1 of the paper, its net with 5×5 filters, and small nets.

A layer is a number of 3×3 filters, ``(filters, kernel size)`` for another kernel, "M" for a 2×2
max-pool of stride 2, or "LRN" for local response normalisation. Convolutions have stride 1 and
padding (k−1)/2, so 1×1 has none. ReLU follows every convolution.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

LayerSpec: TypeAlias = int | tuple[int, int] | str  # one entry of a configuration


class Configuration(NamedTuple):
    """The convolutional part of a net, with its default input shape and hidden layers.

    Parameters
    ----------
    layers : list
        64, (64, 5), "M" or "LRN" for each layer, as described above.
    input_shape : (int, int, int)
        (C, H, W) of the images.
    hidden : tuple of int
        Sizes of the hidden fully connected layers.
    """

    layers: list[LayerSpec]
    input_shape: tuple[int, int, int] = (3, 224, 224)
    hidden: tuple[int, ...] = (4096, 4096)


CONFIGURATIONS = {
    # Simonyan & Zisserman 2014, Table 1: 11, 11, 13, 16, 16 and 19 weight layers
    "A": Configuration(
        [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]
    ),
    "A-LRN": Configuration(
        [64, "LRN", "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]
    ),
    "B": Configuration(
        [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]
    ),
    "C": Configuration(
        [64, 64, "M", 128, 128, "M", 256, 256, (256, 1), "M",
         512, 512, (512, 1), "M", 512, 512, (512, 1), "M"]
    ),
    "D": Configuration(
        [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"]
    ),
    "E": Configuration(
        [64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M",
         512, 512, 512, 512, "M", 512, 512, 512, 512, "M"]
    ),
    # §2.3 and §4.1: B with each pair of 3×3 replaced by one 5×5
    "B-5x5": Configuration(
        [(64, 5), "M", (128, 5), "M", (256, 5), "M", (512, 5), "M", (512, 5), "M"]
    ),
    # small images (digits, MNIST, CIFAR-10): the same design, with fewer max-pools and filters
    "small-8x8": Configuration([32, 32, "M", 64, 64, "M"], (1, 8, 8), (128,)),
    "small-28x28": Configuration([32, 32, "M", 64, 64, "M", 128, 128, "M"], (1, 28, 28), (256,)),
    "small-32x32": Configuration([32, 32, "M", 64, 64, "M", 128, 128, "M"], (3, 32, 32), (256,)),
    "medium-32x32": Configuration(
        [32, 32, "M", 64, 64, "M", 160, 160, "M", 192, 192, "M"], (3, 32, 32), (128,)
    ),
}  # fmt: skip

ALIASES = {"vgg11": "A", "vgg13": "B", "vgg16": "D", "vgg19": "E"}


def net_name(configuration: str | Sequence[LayerSpec | list[int]]) -> str:
    """The text for a configuration that the command line takes as ``--net``.

    Parameters
    ----------
    configuration : str or list
        As for ``vgg``; a layer may be a list, as JSON has no tuples.

    Returns
    -------
    text : str
        A name as it is, or the layers with commas between them.

    Examples
    --------
    >>> net_name([64, "M", (128, 1)])
    '64,M,128x1'
    """
    if isinstance(configuration, str):
        return configuration
    return ",".join(
        "x".join(map(str, item)) if isinstance(item, tuple | list) else str(item)
        for item in configuration
    )
