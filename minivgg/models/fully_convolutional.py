"""Fully connected layers as convolutions with the same weights, for images of any size (§3.2)."""

from collections.abc import Sequence
from math import isqrt

from minivgg import ops
from minivgg.backend import Shape
from minivgg.layers import Conv2d, Flatten, Layer, Linear, Sequential


def to_fully_convolutional(net: Sequential, input_shape: Sequence[int] | None = None) -> Sequential:
    """Turn a net of ``models.vgg`` into one from images (N, C, H, W) to class maps (N, K, H', W').

    The first fully connected layer becomes a convolution whose kernel is the map that the layer was
    made for (7×7 in the paper), the others become 1×1 convolutions, all unpadded. Class maps hold
    logits. For images of the size that the net was made for, a class map has one position, with the
    net's own logits; for larger ones it has a position for each window of that size, spaced
    by the net's stride.

    Parameters
    ----------
    net : Net
        With the parts "features", "flatten" and "classifier".
    input_shape : (int, int, int), optional
        (C, H, W) that the net was made for; square images by default.

    Returns
    -------
    convolutional : Sequential
        ``features`` and biases are shared with the net; the matrices are copied into the memory
        order that convolution uses.

    Raises
    ------
    ValueError
        If there is no Flatten before the fully connected layers, or ``input_shape`` is not the
        net's.

    References
    ----------
    Simonyan & Zisserman 2014, §3.2. The idea is from Sermanet et al. 2014 (OverFeat).

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import models
    >>> net = models.vgg([8, "M", 16, "M"], classes=10, input_shape=(3, 8, 8), hidden=(32,))
    >>> convolutional = models.to_fully_convolutional(net)
    >>> convolutional(np.zeros((1, 3, 8, 8), np.float32)).shape  # one position
    (1, 10, 1, 1)
    >>> convolutional(np.zeros((1, 3, 16, 20), np.float32)).shape  # windows at a stride of 4 pixels
    (1, 10, 3, 4)
    """
    if not isinstance(net.layers.get("flatten"), Flatten) or "classifier" not in net.layers:
        raise ValueError(
            "to_fully_convolutional: expects a net of models.vgg: features, flatten, classifier"
        )
    channels, kernel = _map_shape(net, input_shape)
    layers: dict[str, Layer] = {}
    for name, layer in net["classifier"].children().items():
        if isinstance(layer, Linear):
            layers[name] = _as_convolution(layer, channels, kernel)
            channels, kernel = layer.out_features, (1, 1)
        else:
            layers[name] = layer
    convolutional = Sequential({"features": net["features"], "classifier": Sequential(layers)})
    convolutional.training = net.training
    return convolutional


def _map_shape(net: Sequential, input_shape: Sequence[int] | None) -> tuple[int, tuple[int, int]]:
    """(channels, (height, width)) of the map that the first fully connected layer takes."""
    classifier, features = net["classifier"].children(), net["features"].children()
    first = next(layer for layer in classifier.values() if isinstance(layer, Linear))
    convolutions = [layer for layer in features.values() if isinstance(layer, Conv2d)]
    channels = convolutions[-1].out_channels
    side = isqrt(first.in_features // channels)
    shape: Shape = (channels, side, side)
    if input_shape is not None:
        shape = net["features"].output_shape(tuple(input_shape))
    c, height, width = shape
    if c * height * width != first.in_features:
        raise ValueError(
            f"to_fully_convolutional: the first fully connected layer takes {first.in_features} "
            f"features, which is not a map of {'×'.join(map(str, shape))}: give the input_shape "
            "(C, H, W) that the net was made for"
        )
    return c, (height, width)


def _as_convolution(linear: Linear, channels: int, kernel: tuple[int, int]) -> Conv2d:
    """The same layer as a convolution.

    ``Flatten`` lists channels, then rows, then columns, so a row of the matrix is a filter
    (C, kh, kw) in that order.
    """
    filters = linear.weight.data.reshape(linear.out_features, channels, *kernel)
    convolution = Conv2d(channels, linear.out_features, kernel, bias=False, initializer="zeros")
    convolution.weight.data = ops.filters_channels_last(filters)
    convolution.bias, convolution.training = linear.bias, linear.training
    return convolution
