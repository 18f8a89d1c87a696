"""Small plain and residual nets for 32×32 images, which show the degradation problem."""

from collections.abc import Sequence

from minivgg import layers
from minivgg.layers.initializers import Initializer
from minivgg.models.net import Net

WIDTHS = (16, 32, 64)


def cifar_net(
    depth: int,
    residual: bool = True,
    classes: int = 10,
    input_shape: Sequence[int] = (3, 32, 32),
    widths: Sequence[int] = WIDTHS,
    *,
    initializer: str | Initializer = "kaiming_normal",
) -> Net:
    """Build a net of 6n + 2 weight layers for small images.

    One 3×3 convolution, three stages of 2n convolutions, global average pooling, and one fully
    connected layer. Every convolution is followed by batch norm. The first convolution of the
    second and third stage halves the map by a stride of 2.

    Parameters
    ----------
    depth : int
        6n + 2: 20, 32, 44, 56, ...
    residual : bool
        Whether y = ReLU(body(x) + shortcut(x)) for each pair of convolutions. The shortcut has no
        parameters; where the map is halved it takes every second pixel and adds channels of zeros
        (option A). False: the same net without shortcuts and with as many parameters.
    classes : int
        Number of classes.
    input_shape : (int, int, int)
        (C, H, W) of the images.
    widths : sequence of int
        Filters of the stages.
    initializer : str or callable
        Draws the weights, see ``initializers.get``.

    Returns
    -------
    net : Net
        With the parts "features", "pool" and "classifier".

    Raises
    ------
    ValueError
        If the depth is another one.

    References
    ----------
    He et al. 2015, "Deep Residual Learning for Image Recognition", §4.2.
    """
    if depth < 8 or (depth - 2) % 6:
        raise ValueError(f"cifar_net: the depth is 6n + 2: 8, 14, 20, 26, 32, ..., got {depth}")
    channels = widths[0]
    features: list[layers.Layer] = [*_unit(input_shape[0], channels, 1, initializer), layers.ReLU()]
    for stage, width in enumerate(widths):
        for number in range((depth - 2) // 6):
            stride = 2 if stage and not number else 1
            features += [_block(channels, width, stride, residual, initializer), layers.ReLU()]
            channels = width
    head = layers.Linear(channels, classes, initializer=initializer)
    parts = {
        "features": layers.Sequential(features),
        "pool": layers.GlobalAvgPool2d(),
        "classifier": layers.Sequential(head),
    }
    return Net(parts, input_shape)


def _block(
    channels: int, width: int, stride: int, residual: bool, initializer: str | Initializer
) -> layers.Layer:
    """Two convolutions, with a shortcut around them or without."""
    body = layers.Sequential(
        [
            *_unit(channels, width, stride, initializer),
            layers.ReLU(),
            *_unit(width, width, 1, initializer),
        ]
    )
    if not residual:
        return body
    same_shape = (channels, stride) == (width, 1)
    return layers.Residual(
        body, None if same_shape else layers.SubsamplePad(channels, width, stride)
    )


def _unit(c: int, o: int, stride: int, initializer: str | Initializer) -> list[layers.Layer]:
    conv = layers.Conv2d(c, o, 3, stride, padding=1, bias=False, initializer=initializer)
    return [conv, layers.BatchNorm2d(o)]
