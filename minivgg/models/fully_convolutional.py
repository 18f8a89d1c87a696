"""Fully connected layers as convolutions with the same weights, for images of any size (§3.2)."""

from math import isqrt

from minivgg import ops
from minivgg.layers import Conv2d, Flatten, Linear, Sequential


def to_fully_convolutional(net, input_shape=None):
    """Turn a net of ``models.vgg`` into one from images (N, C, H, W) to class maps (N, K, H', W').

    The first fully connected layer becomes a convolution whose kernel is the map that the layer was
    made for (7×7 in the paper), the others become 1×1 convolutions, all unpadded. Class maps hold
    logits. For images of the size that the net was made for, a class map has one position, with the
    net's own logits; for larger ones it has a position for each window of that size, spaced
    by the net's stride.
    input_shape: (C, H, W) that the net was made for, by default square images. ``features`` and
    biases are shared with the net; the matrices are copied into the memory order that convolution
    uses. Raises ``ValueError`` when there is no Flatten before the fully connected layers, or when
    ``input_shape`` is not the net's.
    Source: §3.2; the idea is from Sermanet et al. 2014 (OverFeat).
    """
    if not isinstance(net.layers.get("flatten"), Flatten) or "classifier" not in net.layers:
        raise ValueError(
            "to_fully_convolutional: expects a net of models.vgg: features, flatten, classifier"
        )
    channels, kernel = _map_shape(net, input_shape)
    layers = {}
    for name, layer in net["classifier"].layers.items():
        if isinstance(layer, Linear):
            layers[name] = _as_convolution(layer, channels, kernel)
            channels, kernel = layer.out_features, (1, 1)
        else:
            layers[name] = layer
    convolutional = Sequential({"features": net["features"], "classifier": Sequential(layers)})
    convolutional.training = net.training
    return convolutional


def _map_shape(net, input_shape):
    """(channels, (height, width)) of the map that the first fully connected layer takes."""
    first = next(layer for layer in net["classifier"].layers.values() if isinstance(layer, Linear))
    convolutions = [layer for layer in net["features"].layers.values() if isinstance(layer, Conv2d)]
    channels = convolutions[-1].out_channels
    if input_shape is None:
        side = isqrt(first.in_features // channels)
        shape = channels, side, side
    else:
        shape = net["features"].output_shape(tuple(input_shape))
    if shape[0] * shape[1] * shape[2] != first.in_features:
        raise ValueError(
            f"to_fully_convolutional: the first fully connected layer takes {first.in_features} "
            f"features, which is not a map of {'×'.join(map(str, shape))}: give the input_shape "
            "(C, H, W) that the net was made for"
        )
    return shape[0], shape[1:]


def _as_convolution(linear, channels, kernel):
    """The same layer as a convolution.

    ``Flatten`` lists channels, then rows, then columns, so a row of the matrix is a filter
    (C, kh, kw) in that order.
    """
    filters = linear.weight.data.reshape(linear.out_features, channels, *kernel)
    convolution = Conv2d(channels, linear.out_features, kernel, bias=False, initializer="zeros")
    convolution.weight.data = ops.filters_channels_last(filters)
    convolution.bias, convolution.training = linear.bias, linear.training
    return convolution
