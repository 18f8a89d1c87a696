"""Small plain and residual nets for 32×32 images: the pair that showed degradation and its cure."""

from minivgg import layers
from minivgg.models.net import Net

WIDTHS = (16, 32, 64)


def cifar_net(
    depth,
    residual=True,
    classes=10,
    input_shape=(3, 32, 32),
    widths=WIDTHS,
    *,
    initializer="kaiming_normal",
):
    """A net of 6n + 2 layers with weights: one 3×3 convolution, three stages of 2n, global average pooling, one fully connected layer.

    Every convolution is followed by batch norm; at the beginning of the second and third stage the map is halved by a stride of 2.
    residual: y = ReLU(body(x) + shortcut(x)) for each two convolutions; the shortcut has no parameters, and where the map is halved it
    takes every second pixel and adds channels of zeros (option A). Else the same net without shortcuts, with as many parameters.
    depth: 20, 32, 44, 56, ...; widths: filters of the stages. Raises ``ValueError`` for another depth.
    Source: He et al. 2015, §4.2.
    """
    if depth < 8 or (depth - 2) % 6:
        raise ValueError(f"cifar_net: the depth is 6n + 2: 8, 14, 20, 26, 32, ..., got {depth}")
    built, channels = [*_unit(input_shape[0], widths[0], 1, initializer), layers.ReLU()], widths[0]
    for stage, width in enumerate(widths):
        for number in range((depth - 2) // 6):
            stride = 2 if stage and not number else 1
            body = layers.Sequential(
                [
                    *_unit(channels, width, stride, initializer),
                    layers.ReLU(),
                    *_unit(width, width, 1, initializer),
                ]
            )
            shortcut = (
                layers.SubsamplePad(channels, width, stride)
                if (channels, stride) != (width, 1)
                else None
            )
            built += [layers.Residual(body, shortcut) if residual else body, layers.ReLU()]
            channels = width
    parts = {"features": layers.Sequential(built), "pool": layers.GlobalAvgPool2d()}
    return Net(
        parts
        | {
            "classifier": layers.Sequential(
                layers.Linear(channels, classes, initializer=initializer)
            )
        },
        input_shape,
    )


def _unit(c, o, stride, initializer):
    return [
        layers.Conv2d(c, o, 3, stride, padding=1, bias=False, initializer=initializer),
        layers.BatchNorm2d(o),
    ]
