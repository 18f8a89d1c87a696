"""The builder of all nets of the VGG family: one loop over a configuration."""

import difflib
from collections.abc import Sequence
from itertools import pairwise
from math import prod

from minivgg import layers
from minivgg.layers.initializers import Initializer, without_memory
from minivgg.models.configurations import ALIASES, CONFIGURATIONS, Configuration, LayerSpec
from minivgg.models.limits import (
    are_counts,
    check_input,
    check_number_of_layers,
    check_parameters,
)
from minivgg.models.net import Net
from minivgg.utils.suggest import SIMILAR

OTHER_NETS = ("alexnet", "googlenet")  # functions of these names build them


def vgg(
    configuration: str | Sequence[LayerSpec],
    classes: int = 1000,
    input_shape: Sequence[int] | None = None,
    hidden: Sequence[int] | None = None,
    dropout: float = 0.5,
    batch_norm: bool = False,
    *,
    initializer: str | Initializer = "kaiming_normal",
) -> Net:
    """Build a VGG net, which maps images to logits (N, classes).

    Its parts are convolutions and max-pools ("features"), Flatten ("flatten"), and fully connected
    layers ("classifier"). Parameter names are torchvision's: ``features.0.weight``,
    ``classifier.6.bias``.

    Parameters
    ----------
    configuration : str or list
        A name ("A", "A-LRN", "B", "C", "D", "E", "B-5x5", "vgg16", "small-8x8", "small-28x28",
        "small-32x32", "medium-32x32"; "vgg16_bn" for batch norm) or a list such as
        [64, 64, "M", 128, "M"], see ``models.configurations``.
    classes : int
        Number of classes.
    input_shape : (int, int, int), optional
        (C, H, W) of the images; by default (3, 224, 224), or the size that a small net is for.
    hidden : tuple of int, optional
        Sizes of the hidden fully connected layers; by default (4096, 4096), or the small net's own.
    dropout : float
        Probability of dropping, after each hidden fully connected layer.
    batch_norm : bool
        Whether to put batch norm between each convolution and its ReLU.
    initializer : str or callable
        "kaiming_normal", "xavier_uniform", "normal" (the paper's), "zeros", "ones" or a function,
        see ``initializers.get``.

    Returns
    -------
    net : Net
        In training mode, on the default device.

    Raises
    ------
    ValueError
        If the name is unknown (it suggests the nearest ones), the list or a size is malformed, the
        images are too small, or the net is too large for this machine.
    TypeError
        If the configuration is neither a name nor a list.

    References
    ----------
    Simonyan & Zisserman 2014, §2.1 and Table 1.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import models
    >>> net = models.vgg([16, "M", 32, "M"], classes=10, input_shape=(1, 8, 8), hidden=(64,))
    >>> net(np.zeros((2, 1, 8, 8), np.float32)).shape
    (2, 10)
    >>> print(net["features"])
    Sequential(
      (0): Conv2d(1, 16, 3, padding=1)
      (1): ReLU()
      (2): MaxPool2d(2)
      (3): Conv2d(16, 32, 3, padding=1)
      (4): ReLU()
      (5): MaxPool2d(2)
    )
    """
    chosen, with_norm = resolve(configuration)
    check_number_of_layers(len(chosen.layers))
    channels, *sides = check_input(
        "vgg", chosen.input_shape if input_shape is None else input_shape
    )
    if not isinstance(hidden, tuple | list | None) or not are_counts(classes, *(hidden or ())):
        raise ValueError(
            "vgg: classes must be a number and hidden a tuple of numbers, each at least 1, got "
            f"{classes!r} and {hidden!r}"
        )
    _check_size(chosen.layers, (channels, *sides), [*(hidden or ()), classes], initializer)
    features = _features(chosen.layers, channels, batch_norm or with_norm, initializer)
    map_shape = features.output_shape((channels, *sides))
    if min(map_shape) < 1:
        pools = chosen.layers.count("M")
        raise ValueError(
            f"vgg: {pools} max-pools halve the image {pools} times, and nothing is left of "
            f"{sides[0]}×{sides[1]} pixels: use images of at least {2**pools}×{2**pools} or a "
            "configuration with fewer 'M'"
        )
    sizes = [prod(map_shape), *(chosen.hidden if hidden is None else hidden)]
    classifier: list[layers.Layer] = []
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


def _check_size(
    configuration: list[LayerSpec],
    input_shape: tuple[int, ...],
    outputs: list[int],
    initializer: str | Initializer,
) -> None:
    """Raise ``ValueError`` where a net would be too large, before memory is taken."""
    channels, *sides = input_shape
    convolutions = [_filters(item) for item in configuration if item not in ("M", "LRN")]
    pools = configuration.count("M")
    width = convolutions[-1][0] if convolutions else channels
    flat = width * prod(max(1, side >> pools) for side in sides)
    if initializer is not without_memory:
        # zeros take no memory until they are replaced
        check_parameters(convolutions, channels, [flat, *outputs], initializer != "zeros")


def _features(
    configuration: list[LayerSpec], channels: int, batch_norm: bool, initializer: str | Initializer
) -> layers.Sequential:
    built: list[layers.Layer] = []
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


def _filters(item: LayerSpec) -> tuple[int, int]:
    """(number of filters, kernel size) of a convolution in a configuration."""
    filters, kernel = item if isinstance(item, tuple | list) and len(item) == 2 else (item, 3)
    if isinstance(filters, str | tuple) or not are_counts(filters, kernel) or kernel % 2 == 0:
        raise ValueError(
            f"vgg: {item!r} is not a valid layer of a configuration: use a number of 3×3 filters, "
            "(filters, odd kernel size), 'M' for a max-pool, or 'LRN'"
        )
    return filters, kernel


def resolve(configuration: str | Sequence[LayerSpec]) -> tuple[Configuration, bool]:
    """Look up a configuration.

    Parameters
    ----------
    configuration : str or list
        As for ``vgg``.

    Returns
    -------
    configuration : Configuration
        Layers, input shape and hidden layers.
    batch_norm : bool
        Whether the name asks for it: "vgg16_bn".

    Raises
    ------
    ValueError
        If the name is unknown; it suggests the nearest ones.
    TypeError
        If the configuration is neither a name nor a list.
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
        close = difflib.get_close_matches(base, by_case, n=3, cutoff=SIMILAR)
        hint = f"did you mean {', '.join(by_case[k] for k in close)}? " if close else ""
        if base in OTHER_NETS:
            hint = f"models.{base} builds that net. "
        raise ValueError(
            f"vgg: unknown configuration {configuration!r}: {hint}"
            f"{'T' if hint else 't'}he VGG nets are {', '.join(known)}"
        )
    return CONFIGURATIONS[name], base != configuration.lower()
