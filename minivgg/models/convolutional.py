"""Fully connected layers as convolutions with the same weights, so that a net takes images of any size (§3.2)."""

from math import isqrt

from minivgg import ops
from minivgg.layers import Conv2d, Flatten, Linear, Sequential


def to_fully_convolutional(net, input_shape=None):
    """A net of ``models.vgg`` with its fully connected layers as convolutions: images (N, C, H, W) -> class maps (N, K, H', W'), logits.

    The first becomes a convolution with a kernel of the map that it was made for (7×7 in the paper), the others 1×1; none pads. On images
    of the size that the net was made for the map has one place, and the logits are the net's own; on larger ones there is one place for
    each window of the net's size, the net's stride apart. input_shape: (C, H, W) that the net was made for; square images by default.
    ``features`` and biases are the net's own, shared with it; the matrices are copied into the order that convolution wants.
    Raises ``ValueError`` when there is no Flatten before the fully connected layers, or ``input_shape`` is not the net's.
    Source: §3.2; the idea is from Sermanet et al. 2014 (OverFeat).
    """
    if not isinstance(net.layers.get("flatten"), Flatten) or "classifier" not in net.layers:
        raise ValueError(
            "to_fully_convolutional: expects a net of models.vgg: features, flatten, classifier"
        )
    channels, kernel = _map_of(net, input_shape)
    layers = {}
    for name, layer in net["classifier"].layers.items():
        if isinstance(layer, Linear):
            layers[name] = _as_convolution(layer, channels, kernel)
            channels, kernel = layer.out_features, (1, 1)
        else:
            layers[name] = layer
    whole = Sequential({"features": net["features"], "classifier": Sequential(layers)})
    whole.training = net.training
    return whole


def _map_of(net, input_shape):
    """(channels, (height, width)) of the map that goes into the first fully connected layer."""
    first = next(layer for layer in net["classifier"].layers.values() if isinstance(layer, Linear))
    channels = [
        layer.out_channels for layer in net["features"].layers.values() if isinstance(layer, Conv2d)
    ][-1]
    side = isqrt(first.in_features // channels)
    shape = (
        (channels, side, side)
        if input_shape is None
        else net["features"].output_shape(tuple(input_shape))
    )
    if shape[0] * shape[1] * shape[2] != first.in_features:
        raise ValueError(
            f"to_fully_convolutional: the first fully connected layer takes {first.in_features} features, which is no map of "
            f"{'×'.join(map(str, shape))}: give the input_shape (C, H, W) that the net was made for"
        )
    return shape[0], shape[1:]


def _as_convolution(linear, channels, kernel):
    """``Flatten`` counts channels, then rows, then columns, so a row of the matrix is a filter (C, kh, kw) read out in that order."""
    convolution = Conv2d(channels, linear.out_features, kernel, bias=False, initializer="zeros")
    convolution.weight.data = ops.filters_channels_last(
        linear.weight.data.reshape(linear.out_features, channels, *kernel)
    )
    convolution.bias, convolution.training = linear.bias, linear.training
    return convolution
