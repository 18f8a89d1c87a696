"""GoogLeNet's architecture: inception blocks, which are branches of convolutions side by side."""

from collections.abc import Sequence
from typing import NamedTuple

from minivgg import layers
from minivgg.layers.initializers import Initializer
from minivgg.models.limits import check_classes, check_input
from minivgg.models.net import Net

NORM_EPS = 0.001  # of torchvision's batch norms in this net


class Inception(NamedTuple):
    """The filters of one inception block: a row of Table 1 of the paper.

    Parameters
    ----------
    ones : int
        1×1 convolutions of the first branch.
    reduce3, threes : int
        1×1 convolutions that reduce the channels, and the 3×3 convolutions after them.
    reduce5, fives : int
        The same, before the 5×5 convolutions.
    projected : int
        1×1 convolutions after the max-pool.
    """

    ones: int
    reduce3: int
    threes: int
    reduce5: int
    fives: int
    projected: int

    @property
    def outputs(self) -> int:
        """The channels of the block's output."""
        return self.ones + self.threes + self.fives + self.projected


# Szegedy et al. 2014, Table 1, after the first three convolutions: inception blocks, and the kernel
# sizes of max-pools of stride 2 (torchvision's: the paper's are all 3), by torchvision's names
BLOCKS: dict[str, Inception | int] = {
    "inception3a": Inception(64, 96, 128, 16, 32, 32),
    "inception3b": Inception(128, 128, 192, 32, 96, 64),
    "maxpool3": 3,
    "inception4a": Inception(192, 96, 208, 16, 48, 64),
    "inception4b": Inception(160, 112, 224, 24, 64, 64),
    "inception4c": Inception(128, 128, 256, 24, 64, 64),
    "inception4d": Inception(112, 144, 288, 32, 64, 64),
    "inception4e": Inception(256, 160, 320, 32, 128, 128),
    "maxpool4": 2,
    "inception5a": Inception(256, 160, 320, 32, 128, 128),
    "inception5b": Inception(384, 192, 384, 48, 128, 128),
}


def inception_net(
    classes: int = 1000,
    input_shape: Sequence[int] = (3, 224, 224),
    dropout: float = 0.2,
    initializer: str | Initializer = "kaiming_normal",
) -> Net:
    """Build GoogLeNet with new weights; see ``models.googlenet``.

    Parameters
    ----------
    classes : int
        Number of classes.
    input_shape : (int, int, int)
        (C, H, W) of the images.
    dropout : float
        Probability of dropping, before the fully connected layer.
    initializer : str or callable
        Draws the weights, see ``initializers.get``.

    Returns
    -------
    net : Net
        In training mode.

    Raises
    ------
    ValueError
        If the images are too small, or ``input_shape`` is malformed.
    """
    shape = check_input("googlenet", input_shape)
    check_classes("googlenet", classes)

    def block(c: int, o: int, kernel: int = 1, stride: int = 1) -> layers.Sequential:
        return _convolution(c, o, kernel, stride, initializer)

    parts: dict[str, layers.Layer] = {
        "conv1": block(shape[0], 64, 7, 2), "maxpool1": _max_pool(3),
        "conv2": block(64, 64), "conv3": block(64, 192, 3), "maxpool2": _max_pool(3),
    }  # fmt: skip
    channels = 192
    for name, item in BLOCKS.items():
        if isinstance(item, Inception):
            parts[name] = inception(channels, item, initializer)
            channels = item.outputs
        else:
            parts[name] = _max_pool(item)
    _, height, width = layers.Sequential(parts).output_shape(shape)
    if min(height, width) < 1:
        raise ValueError(
            f"googlenet: nothing is left of images of {shape[1]}×{shape[2]} pixels: "
            "use at least 31×31"
        )
    parts["avgpool"] = layers.GlobalAvgPool2d()
    parts["dropout"] = layers.Dropout(dropout)
    parts["fc"] = layers.Linear(channels, classes, initializer=initializer)
    return Net(parts, shape)


def inception(
    channels: int, filters: Inception, initializer: str | Initializer = "kaiming_normal"
) -> layers.Concat:
    """Build an inception block: four branches side by side.

    Parameters
    ----------
    channels : int
        Of the input.
    filters : Inception
        The numbers of filters.
    initializer : str or callable
        Draws the weights, see ``initializers.get``.

    Returns
    -------
    block : Concat
        With the branches "branch1" to "branch4". The map keeps its size.

    References
    ----------
    Szegedy et al. 2014, Figure 2b.
    """

    def block(c: int, o: int, kernel: int = 1) -> layers.Sequential:
        return _convolution(c, o, kernel, 1, initializer)

    ones, reduce3, threes, reduce5, fives, projected = filters
    pool = layers.MaxPool2d(3, stride=1, padding=1, ceil_mode=True)
    return layers.Concat({
        "branch1": block(channels, ones),
        "branch2": layers.Sequential(block(channels, reduce3), block(reduce3, threes, 3)),
        # 5×5 in the paper; torchvision's weights are for 3×3
        "branch3": layers.Sequential(block(channels, reduce5), block(reduce5, fives, 3)),
        "branch4": layers.Sequential(pool, block(channels, projected)),
    })  # fmt: skip


def _convolution(
    c: int, o: int, kernel: int, stride: int, initializer: str | Initializer
) -> layers.Sequential:
    """A convolution with batch norm and ReLU, by torchvision's names."""
    padding = kernel // 2
    conv = layers.Conv2d(c, o, kernel, stride, padding, bias=False, initializer=initializer)
    norm = layers.BatchNorm2d(o, eps=NORM_EPS)
    return layers.Sequential({"conv": conv, "bn": norm, "relu": layers.ReLU()})


def _max_pool(kernel: int) -> layers.MaxPool2d:
    """Halves the map; the last window may reach beyond the end."""
    return layers.MaxPool2d(kernel, stride=2, ceil_mode=True)
