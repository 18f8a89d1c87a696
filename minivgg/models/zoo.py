"""The nets known by name, vgg11 to vgg19 and their _bn, with pretrained weights on request."""

from pathlib import Path

from minivgg import layers
from minivgg.models.configurations import ALIASES
from minivgg.models.net import Net
from minivgg.models.pretrained.loading import load_weights
from minivgg.models.pretrained.registry import imagenet_file
from minivgg.models.vgg import vgg

POOLINGS = {"avg": layers.GlobalAvgPool2d, "max": layers.GlobalMaxPool2d}
IMAGENET_CLASSES = 1000

DOCSTRING = """The net {configuration} of Table 1{with_norm}, with new or with pretrained weights.

    weights: None (new), "imagenet" (torchvision's published ones, from ``$MINIVGG_DATA`` or the
        cache, or downloaded), or the path of a file, see ``load_weights``. ``net.preprocessing`` is
        then what they expect of images, and ``preprocess(images, net)`` applies it.
    include_top: with the fully connected layers. Without them, the net takes images of any size and
        returns the map of the last max-pool (N, 512, H/32, W/32), or with pooling "avg" or "max"
        its mean or maximum over all positions (N, 512).
    classes: number of classes. progress: show a bar while downloading. options: as for ``vgg``:
        input_shape, hidden, dropout, initializer.
    Raises ``ValueError`` for options that exclude each other or weights that do not fit,
    ``OSError`` for weights that cannot be found or read.
    """


def _named(name):
    """The function that builds the net of that name."""

    def build(
        weights=None,
        include_top=True,
        pooling=None,
        classes=IMAGENET_CLASSES,
        *,
        progress=True,
        **options,
    ):
        _check(name, weights, include_top, pooling, classes)
        options |= {"initializer": "zeros"} if weights else {}
        net = vgg(name, classes, **options) if include_top else _without_top(name, pooling, options)
        if weights == "imagenet":
            weights = imagenet_file(name, progress)
        return load_weights(net, weights) if weights else net

    with_norm = ", with batch norm" if name.endswith("_bn") else ""
    configuration = ALIASES[name.removesuffix("_bn")]
    build.__name__ = build.__qualname__ = name
    build.__doc__ = DOCSTRING.format(configuration=configuration, with_norm=with_norm)
    return build


def _check(name, weights, include_top, pooling, classes):
    """Raise an error for arguments that exclude each other."""
    if pooling not in (None, *POOLINGS):
        raise ValueError(
            f"{name}: pooling must be None, {' or '.join(map(repr, POOLINGS))}, got {pooling!r}"
        )
    if include_top and pooling:
        raise ValueError(
            f"{name}: pooling {pooling!r} is for a net without fully connected layers: "
            "add include_top=False"
        )
    if weights == "imagenet" and include_top and classes != IMAGENET_CLASSES:
        raise ValueError(
            f"{name}: the weights of ImageNet are for {IMAGENET_CLASSES} classes, not {classes}: "
            f"load them as they are, then models.replace_head(net, {classes})"
        )
    if weights is not None and not (isinstance(weights, str | Path) and str(weights)):
        raise TypeError(
            f"{name}: weights must be None, 'imagenet' or a file path, got {weights!r} "
            "(classes=… is an option of its own)"
        )


def _without_top(name, pooling, options):
    """The convolutional part, with a pooling where one is named."""
    smallest = vgg(name, 1, **options | {"hidden": ()})  # its classifier is not used
    parts = {"features": smallest["features"]}
    if pooling:
        parts["pool"] = POOLINGS[pooling]()
    return Net(parts, smallest.input_shape)


vgg11, vgg13, vgg16, vgg19 = map(_named, ALIASES)
vgg11_bn, vgg13_bn, vgg16_bn, vgg19_bn = (_named(f"{name}_bn") for name in ALIASES)
