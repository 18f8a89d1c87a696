"""Floor 4: networks as data, and one builder; weights that others have trained."""

from minivgg.models.alexnet import alexnet
from minivgg.models.configurations import ALIASES, CONFIGURATIONS, Configuration
from minivgg.models.convolutional import to_fully_convolutional
from minivgg.models.imagenet import Prediction, class_names, decode_predictions, preprocess
from minivgg.models.loading import classes_in, load_weights, preprocessing_of, save_weights
from minivgg.models.named import vgg11, vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, vgg19, vgg19_bn
from minivgg.models.names import layer_names, start_from
from minivgg.models.net import Net
from minivgg.models.parts import freeze, places, replace_head, up_to
from minivgg.models.published import IMAGENET, imagenet_file, published_name
from minivgg.models.resnet import cifar_net
from minivgg.models.summary import Summary, summary
from minivgg.models.vgg import resolve, vgg

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
    "places",
    "preprocess",
    "preprocessing_of",
    "published_name",
    "replace_head",
    "resolve",
    "save_weights",
    "start_from",
    "summary",
    "to_fully_convolutional",
    "up_to",
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
