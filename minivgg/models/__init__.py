"""Nets as data and the functions that build them, pretrained weights, and transfer learning."""

from minivgg.analysis.summary import Summary, summary
from minivgg.models.alexnet import alexnet
from minivgg.models.configurations import ALIASES, CONFIGURATIONS, Configuration
from minivgg.models.fully_convolutional import to_fully_convolutional
from minivgg.models.googlenet import googlenet
from minivgg.models.layer_names import layer_names, layer_paths
from minivgg.models.net import Net
from minivgg.models.pretrained.imagenet import Prediction, class_names, decode_predictions
from minivgg.models.pretrained.loading import (
    classes_in,
    load_weights,
    preprocessing_of,
    save_weights,
)
from minivgg.models.pretrained.packaged import PACKAGED, packaged_net
from minivgg.models.pretrained.preprocessing import preprocess
from minivgg.models.pretrained.registry import (
    IMAGENET,
    PUBLISHED,
    imagenet_file,
    published_name,
)
from minivgg.models.resnet import cifar_net
from minivgg.models.surgery import freeze, output_path, replace_head, truncate
from minivgg.models.transfer import transfer_weights
from minivgg.models.vgg import resolve, vgg
from minivgg.models.zoo import vgg11, vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, vgg19, vgg19_bn

__all__ = [
    "ALIASES",
    "CONFIGURATIONS",
    "IMAGENET",
    "PACKAGED",
    "PUBLISHED",
    "Configuration",
    "Net",
    "Prediction",
    "Summary",
    "alexnet",
    "cifar_net",
    "class_names",
    "classes_in",
    "decode_predictions",
    "freeze",
    "googlenet",
    "imagenet_file",
    "layer_names",
    "layer_paths",
    "load_weights",
    "output_path",
    "packaged_net",
    "preprocess",
    "preprocessing_of",
    "published_name",
    "replace_head",
    "resolve",
    "save_weights",
    "summary",
    "to_fully_convolutional",
    "transfer_weights",
    "truncate",
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
