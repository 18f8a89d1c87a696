"""AlexNet, the net before VGG, with which the paper compares."""

from itertools import pairwise

from minivgg import layers
from minivgg.models.net import Net


def alexnet(
    classes=1000,
    input_shape=(3, 227, 227),
    groups=2,
    dropout=0.5,
    *,
    initializer="kaiming_normal",
):
    """Build AlexNet, which maps images to logits (N, K).

    Five convolutions (11×11 at stride 4, 5×5, three 3×3), three overlapping max-pools, three fully
    connected layers. 60,965,224 parameters with the paper's two groups, which were on two GPUs of
    3 GB; 62,378,344 with groups = 1. Each neuron of the second, fourth and fifth convolution sees
    the half of the channels that was on its GPU. Local response normalisation follows the first two
    convolutions, dropout the hidden fully connected layers, as in ``vgg``.
    Raises ``ValueError`` for images that are too small.
    Source: Krizhevsky et al. 2012, §3.5 and §3.3.
    """

    def convolution(c, o, kernel, groups=1, **window):
        conv = layers.Conv2d(c, o, kernel, groups=groups, initializer=initializer, **window)
        return [conv, layers.ReLU()]

    features = layers.Sequential([
        *convolution(input_shape[0], 96, 11, stride=4), layers.LocalResponseNorm(),
        layers.MaxPool2d(3, 2),
        *convolution(96, 256, 5, groups, padding=2), layers.LocalResponseNorm(),
        layers.MaxPool2d(3, 2),
        *convolution(256, 384, 3, padding=1),
        *convolution(384, 384, 3, groups, padding=1),
        *convolution(384, 256, 3, groups, padding=1), layers.MaxPool2d(3, 2),
    ])  # fmt: skip
    c, height, width = features.output_shape(tuple(input_shape))
    if min(height, width) < 1:
        raise ValueError(
            f"alexnet: nothing is left of images of {input_shape[1]}×{input_shape[2]} pixels: "
            "use at least 67×67"
        )
    classifier = []
    for d, o in pairwise((c * height * width, 4096, 4096)):
        linear = layers.Linear(d, o, initializer=initializer)
        classifier += [linear, layers.ReLU(), layers.Dropout(dropout)]
    classifier.append(layers.Linear(4096, classes, initializer=initializer))
    parts = {
        "features": features,
        "flatten": layers.Flatten(),
        "classifier": layers.Sequential(classifier),
    }
    return Net(parts, input_shape)
