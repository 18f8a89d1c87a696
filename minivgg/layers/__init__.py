"""Layers: they hold parameters and save what backward needs; the arithmetic is in ``ops``.

Shapes: N images, C channels in, O channels out, H height, W width, D features. Arguments are
PyTorch's; a pair (height, width) is allowed wherever a number is. Errors are raised by ``ops``.
"""

from minivgg.layers.activation import Dropout, ReLU
from minivgg.layers.base import Layer, eval_mode
from minivgg.layers.containers import Concat, Residual, Sequential
from minivgg.layers.conv import Conv2d
from minivgg.layers.linear import Flatten, Linear
from minivgg.layers.normalization import BatchNorm2d, LocalResponseNorm
from minivgg.layers.parameter import Parameter
from minivgg.layers.pooling import AvgPool2d, GlobalAvgPool2d, GlobalMaxPool2d, MaxPool2d
from minivgg.layers.shortcut import SubsamplePad

__all__ = [
    "AvgPool2d",
    "BatchNorm2d",
    "Concat",
    "Conv2d",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "GlobalMaxPool2d",
    "Layer",
    "Linear",
    "LocalResponseNorm",
    "MaxPool2d",
    "Parameter",
    "ReLU",
    "Residual",
    "Sequential",
    "SubsamplePad",
    "eval_mode",
]
