"""Floor 4: networks as data, and one builder."""

from minivgg.models.configurations import ALIASES, CONFIGURATIONS, Configuration
from minivgg.models.convolutional import to_fully_convolutional
from minivgg.models.names import layer_names, start_from
from minivgg.models.summary import Summary, summary
from minivgg.models.vgg import resolve, vgg, vgg11, vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, vgg19, vgg19_bn

__all__ = [
    "ALIASES",
    "CONFIGURATIONS",
    "Configuration",
    "Summary",
    "layer_names",
    "resolve",
    "start_from",
    "summary",
    "to_fully_convolutional",
    "vgg",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
]
