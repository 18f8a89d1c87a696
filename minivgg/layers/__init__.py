"""Floor 3: layers. A layer holds parameters and remembers, while training, what its backward pass needs; the arithmetic is in ``ops``."""

from minivgg.layers.base import Layer, Parameter
from minivgg.layers.containers import Residual, Sequential
from minivgg.layers.operations import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    SubsamplePad,
)

__all__ = [
    "AvgPool2d",
    "BatchNorm2d",
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
]
