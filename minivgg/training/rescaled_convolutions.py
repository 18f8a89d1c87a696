"""Convolutions whose maps are in the unit of pixels, rescaled before training starts from them.

The authors' VGG-16 takes pixels from 0 to 255 minus their mean, and its maps reach hundreds. Fully
connected layers with new weights expect values of about 1: on those maps their outputs, and with
them the gradients, are so large that SGD diverges at any usual learning rate.

ReLU and max-pooling are positively homogeneous, relu(a·x) = a·relu(x) for a > 0, and so is a
convolution if its bias is multiplied by a as well. Each layer's weights can therefore be divided by
the size of its output: the maps, and with them all that can be read from them, stay the same but
for one positive factor for each layer. The input is divided in the same way, by the standard
deviation of the training images.
"""

from math import inf

import numpy as np

from minivgg.backend import Array
from minivgg.data import Normalize
from minivgg.layers import Conv2d, Sequential, eval_mode

# Of the vector that a new head gets. A step of SGD changes the head's outputs by the square of this
# length times the learning rate, so that long vectors need small rates. 32 is the length of 1024
# numbers of about 1, as in the package's own nets for small images.
HEAD_INPUT_LENGTH = 32
PIXEL_UNIT = 1 / 255  # the std of a Normalize that leaves differences of 0 to 255


def is_in_pixels(normalize: Normalize) -> bool:
    """Whether the input of a net has the unit of pixels.

    Parameters
    ----------
    normalize : Normalize
        The preprocessing of the net.

    Returns
    -------
    bool
        True for the paper's preprocessing, which does not divide by a standard deviation.
    """
    return all(abs(std / PIXEL_UNIT - 1) < 1e-4 for std in normalize.std)


def rescale_convolutions(features: Sequential, batch: Array, smaller: float) -> None:
    """Rescale convolutions to outputs with a root mean square of 1, the last one for a new head.

    The last map's values are such that the vector of all of them has the length HEAD_INPUT_LENGTH.

    Parameters
    ----------
    features : Sequential
        Convolutions, ReLUs and pooling layers, without batch norm; its weights are changed.
    batch : array
        (N, C, H, W), input of the net in its new unit.
    smaller : float
        The quotient of the new and the old unit: by how much the values of ``batch`` are smaller
        than those that the weights were trained for.
    """
    factor, x = 1 / smaller, batch  # factor: of this layer's input, from its old to its new unit
    last = None
    with eval_mode(features), features.writable():
        for layer in features.children().values():
            if isinstance(layer, Conv2d):
                if layer.bias is not None:
                    layer.bias.data *= np.float32(factor)
                factor *= _divide(layer, float((layer(x).clip(0) ** 2).mean()) ** 0.5)
                last = layer
            x = layer(x)
        if last is not None:
            _divide(last, float((x**2).sum(axis=(1, 2, 3)).mean()) ** 0.5 / HEAD_INPUT_LENGTH)


def _divide(layer: Conv2d, by: float) -> float:
    """Divide weights and bias; returns the factor of the output."""
    if by == 0:  # no pixel passes the ReLU, and no factor changes that
        return 1.0
    if not by < inf:
        raise ValueError("the weights to start from give NaN or infinity")
    for parameter in layer.parameters().values():
        parameter.data /= np.float32(by)
    return 1 / by
