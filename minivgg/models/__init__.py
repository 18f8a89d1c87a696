"""Floor 4: networks as data, and one builder; weights that others have trained."""

from minivgg.analysis.summary import Summary, summary
from minivgg.models.alexnet import alexnet
from minivgg.models.configurations import ALIASES, CONFIGURATIONS, Configuration
from minivgg.models.convolutional import to_fully_convolutional
from minivgg.models.layer_names import layer_names, transfer_weights
from minivgg.models.net import Net
from minivgg.models.pretrained.imagenet import (
    Prediction,
    class_names,
    decode_predictions,
    preprocess,
)
from minivgg.models.pretrained.loading import (
    classes_in,
    load_weights,
    preprocessing_of,
    save_weights,
)
from minivgg.models.pretrained.registry import IMAGENET, imagenet_file, published_name
from minivgg.models.resnet import cifar_net
from minivgg.models.surgery import freeze, layer_paths, replace_head, truncate
from minivgg.models.vgg import resolve, vgg
from minivgg.models.zoo import vgg11, vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, vgg19, vgg19_bn

__all__ = [
    "ALIASES",
    "CONFIGURATIONS",
    "IMAGENET",
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
    "imagenet_file",
    "layer_names",
    "load_weights",
    "layer_paths",
    "preprocess",
    "preprocessing_of",
    "published_name",
    "replace_head",
    "resolve",
    "save_weights",
    "transfer_weights",
    "summary",
    "to_fully_convolutional",
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
