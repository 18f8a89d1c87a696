"""The builder of all nets of the VGG family: one loop over a configuration."""

import difflib
from itertools import pairwise
from math import prod

from minivgg import layers
from minivgg.models.configurations import ALIASES, CONFIGURATIONS, Configuration
from minivgg.models.net import Net


def vgg(
    configuration,
    classes=1000,
    input_shape=None,
    hidden=None,
    dropout=0.5,
    batch_norm=False,
    *,
    initializer="kaiming_normal",
):
    """Build a VGG net, which maps images to logits (N, classes).

    Its parts are convolutions and max-pools ("features"), Flatten, and fully connected layers
    ("classifier").
    configuration: a name ("A", "A-LRN", "B", "C", "D", "E", "B-5x5", "vgg16", "small-8x8",
        "small-28x28", "small-32x32"; "vgg16_bn" for batch norm) or a list such as
        [64, 64, "M", 128, "M"] (see ``models.configurations``).
    classes: number of classes. input_shape: (C, H, W) of the images, by default (3, 224, 224) or
        the small net's own size.
    hidden: sizes of the hidden fully connected layers, by default (4096, 4096) or the small net's
        own.
    dropout: probability of dropping, after each hidden fully connected layer. batch_norm: add batch
        norm between each convolution and its ReLU.
    initializer: "kaiming_normal" (default), "xavier_uniform", "normal" (the paper's), "zeros",
        "ones" or a function; see ``initializers``.
    Parameter names are torchvision's: ``features.0.weight``, ``classifier.6.bias``.
    Raises ``ValueError`` for an unknown name (with the nearest ones), a malformed list or size, or
    images that are too small, ``TypeError`` for a configuration that is neither a name nor a list.
    Source: §2.1 and Table 1.
    """
    chosen, with_norm = resolve(configuration)
    channels, *sides = chosen.input_shape if input_shape is None else _check_shape(input_shape)
    features = _features(chosen.layers, channels, batch_norm or with_norm, initializer)
    if not isinstance(hidden, tuple | list | None) or not _are_counts(classes, *(hidden or ())):
        raise ValueError(
            "vgg: classes must be a number and hidden a tuple of numbers, each at least 1, got "
            f"{classes!r} and {hidden!r}"
        )
    map_shape = features.output_shape((channels, *sides))
    if min(map_shape) < 1:
        pools = chosen.layers.count("M")
        raise ValueError(
            f"vgg: {pools} max-pools halve the image {pools} times, and nothing is left of "
            f"{sides[0]}×{sides[1]} pixels: use images of at least {2**pools}×{2**pools} or a "
            "configuration with fewer 'M'"
        )
    sizes = [prod(map_shape), *(chosen.hidden if hidden is None else hidden)]
    classifier = []
    for d, o in pairwise(sizes):
        linear = layers.Linear(d, o, initializer=initializer)
        classifier += [linear, layers.ReLU(), layers.Dropout(dropout)]
    classifier.append(layers.Linear(sizes[-1], classes, initializer=initializer))
    parts = {
        "features": features,
        "flatten": layers.Flatten(),
        "classifier": layers.Sequential(classifier),
    }
    return Net(parts, (channels, *sides))


def _features(configuration, channels, batch_norm, initializer):
    built = []
    for item in configuration:
        if item == "M":
            built.append(layers.MaxPool2d(2))
        elif item == "LRN":
            built.append(layers.LocalResponseNorm())
        else:
            o, k = _filters(item)
            built.append(
                layers.Conv2d(channels, o, k, padding=(k - 1) // 2, initializer=initializer)
            )
            if batch_norm:
                built.append(layers.BatchNorm2d(o))
            built.append(layers.ReLU())
            channels = o
    return layers.Sequential(built)


def _filters(item):
    """(number of filters, kernel size) of a convolution in a configuration."""
    filters, kernel = item if isinstance(item, tuple | list) and len(item) == 2 else (item, 3)
    if not _are_counts(filters, kernel) or kernel % 2 == 0:
        raise ValueError(
            f"vgg: {item!r} is not a valid layer of a configuration: use a number of 3×3 filters, "
            "(filters, odd kernel size), 'M' for a max-pool, or 'LRN'"
        )
    return filters, kernel


def resolve(configuration):
    """(``Configuration``, whether the name asks for batch norm) of a configuration as in ``vgg``.

    Raises the same errors.
    """
    if not isinstance(configuration, str):
        if isinstance(configuration, list | tuple):
            return Configuration(list(configuration)), False
        raise TypeError(
            f"vgg: a configuration is a name or a list such as [64, 64, 'M'], got {configuration!r}"
        )
    base = configuration.lower().removesuffix("_bn")
    known = [*CONFIGURATIONS, *ALIASES]
    by_case = {k.lower(): k for k in known}
    name = ALIASES.get(base) or by_case.get(base)
    if name is None:
        similar = [by_case[k] for k in difflib.get_close_matches(base, by_case, n=3, cutoff=0)]
        raise ValueError(
            f"vgg: unknown configuration {configuration!r}: did you mean {', '.join(similar)}? "
            f"There are {', '.join(known)}"
        )
    return CONFIGURATIONS[name], base != configuration.lower()


def _check_shape(input_shape):
    shape = tuple(input_shape)
    if len(shape) != 3 or not _are_counts(*shape):
        raise ValueError(f"vgg: input_shape must be (channels, height, width), got {input_shape!r}")
    return shape


def _are_counts(*values):
    """Whether all are integers of at least 1."""
    return all(hasattr(v, "__index__") and not isinstance(v, bool) and v >= 1 for v in values)
