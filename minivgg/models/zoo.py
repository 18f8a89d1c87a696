"""vgg11, vgg13, vgg16, vgg19 and their _bn: the nets that others know by name, with published weights on request."""

from pathlib import Path

from minivgg import layers
from minivgg.models.configurations import ALIASES
from minivgg.models.net import Net
from minivgg.models.pretrained.loading import load_weights
from minivgg.models.pretrained.registry import imagenet_file
from minivgg.models.vgg import vgg

POOLINGS = {"avg": layers.GlobalAvgPool2d, "max": layers.GlobalMaxPool2d}
IMAGENET_CLASSES = 1000


def _named(name):
    def build(
        weights=None,
        include_top=True,
        pooling=None,
        classes=IMAGENET_CLASSES,
        *,
        progress=True,
        **options,
    ):
        if pooling not in (None, *POOLINGS):
            raise ValueError(
                f"{name}: pooling is None, {' or '.join(map(repr, POOLINGS))}, got {pooling!r}"
            )
        if include_top and pooling:
            raise ValueError(
                f"{name}: pooling {pooling!r} is for a net without fully connected layers: add include_top=False"
            )
        if weights == "imagenet" and include_top and classes != IMAGENET_CLASSES:
            raise ValueError(
                f"{name}: the weights of ImageNet are for {IMAGENET_CLASSES} classes, not {classes}: load them as they are, "
                f"then models.replace_head(net, {classes})"
            )
        if weights is not None and not (isinstance(weights, str | Path) and str(weights)):
            raise TypeError(
                f"{name}: weights are None, 'imagenet' or the path of a file, got {weights!r} (classes=… is an option of its own)"
            )
        options |= {"initializer": "zeros"} if weights else {}
        if include_top:
            net = vgg(name, classes, **options)
        else:  # the smallest classifier there is, to be thrown away
            whole = vgg(name, 1, **options | {"hidden": ()})
            parts = {"features": whole["features"]} | (
                {"pool": POOLINGS[pooling]()} if pooling else {}
            )
            net = Net(parts, whole.input_shape)
        return (
            load_weights(net, imagenet_file(name, progress) if weights == "imagenet" else weights)
            if weights
            else net
        )

    with_norm = ", with batch norm" if name.endswith("_bn") else ""
    build.__name__ = build.__qualname__ = name
    build.__doc__ = f"""The net {ALIASES[name.removesuffix("_bn")]} of Table 1{with_norm}, with fresh or with trained weights.

    weights: None (fresh), "imagenet" (torchvision's published ones: from ``$MINIVGG_DATA``, the cache, or downloaded), or the path of a
        file, see ``load_weights``. ``net.preprocessing`` is then what they expect of images, and ``preprocess(images, net)`` does it.
    include_top: with the fully connected layers; without, the net takes images of any size and gives the map of the last max-pool
        (N, 512, H/32, W/32), or with pooling "avg" or "max" its mean or maximum over all places (N, 512).
    classes: number of classes. progress: show a bar while downloading. options: as for ``vgg``: input_shape, hidden, dropout, initializer.
    Raises ``ValueError`` for options that do not go together or weights that do not fit, ``OSError`` when these cannot be had or read.
    """
    return build


vgg11, vgg13, vgg16, vgg19 = map(_named, ALIASES)
vgg11_bn, vgg13_bn, vgg16_bn, vgg19_bn = (_named(f"{name}_bn") for name in ALIASES)
