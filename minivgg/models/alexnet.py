"""AlexNet, the net before VGG, with which the paper compares."""

from collections.abc import Sequence
from itertools import pairwise

from minivgg import layers
from minivgg.layers.initializers import Initializer
from minivgg.models.limits import check_classes, check_input
from minivgg.models.net import Net


def alexnet(
    classes: int = 1000,
    input_shape: Sequence[int] = (3, 227, 227),
    groups: int = 2,
    dropout: float = 0.5,
    *,
    initializer: str | Initializer = "kaiming_normal",
) -> Net:
    """Build AlexNet, which maps images to logits (N, classes).

    Five convolutions (11×11 at stride 4, 5×5, three 3×3), three overlapping max-pools, three fully
    connected layers. Local response normalisation follows the first two convolutions, dropout the
    hidden fully connected layers, as in ``vgg``.

    Parameters
    ----------
    classes : int
        Number of classes.
    input_shape : (int, int, int)
        (C, H, W) of the images.
    groups : int
        The paper's two were on two GPUs of 3 GB: each neuron of the second, fourth and fifth
        convolution sees the half of the channels that was on its GPU. The net has 60,965,224
        parameters; with 1 group it has 62,378,344.
    dropout : float
        Probability of dropping, after each hidden fully connected layer.
    initializer : str or callable
        Draws the weights, see ``initializers.get``.

    Returns
    -------
    net : Net
        With the parts "features", "flatten" and "classifier".

    Raises
    ------
    ValueError
        If the images are too small.

    References
    ----------
    Krizhevsky et al. 2012, §3.5 and §3.3.
    """

    def convolution(
        c: int, o: int, kernel: int, groups: int = 1, stride: int = 1, padding: int = 0
    ) -> list[layers.Layer]:
        conv = layers.Conv2d(c, o, kernel, stride, padding, groups, initializer=initializer)
        return [conv, layers.ReLU()]

    shape = check_input("alexnet", input_shape)
    check_classes("alexnet", classes)
    features = layers.Sequential([
        *convolution(shape[0], 96, 11, stride=4), layers.LocalResponseNorm(),
        layers.MaxPool2d(3, 2),
        *convolution(96, 256, 5, groups, padding=2), layers.LocalResponseNorm(),
        layers.MaxPool2d(3, 2),
        *convolution(256, 384, 3, padding=1),
        *convolution(384, 384, 3, groups, padding=1),
        *convolution(384, 256, 3, groups, padding=1), layers.MaxPool2d(3, 2),
    ])  # fmt: skip
    c, height, width = features.output_shape(shape)
    if min(height, width) < 1:
        raise ValueError(
            f"alexnet: nothing is left of images of {shape[1]}×{shape[2]} pixels: "
            "use at least 67×67"
        )
    classifier: list[layers.Layer] = []
    for d, o in pairwise((c * height * width, 4096, 4096)):
        linear = layers.Linear(d, o, initializer=initializer)
        classifier += [linear, layers.ReLU(), layers.Dropout(dropout)]
    classifier.append(layers.Linear(4096, classes, initializer=initializer))
    parts = {
        "features": features,
        "flatten": layers.Flatten(),
        "classifier": layers.Sequential(classifier),
    }
    return Net(parts, shape)
