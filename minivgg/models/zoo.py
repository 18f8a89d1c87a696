"""The nets known by name, vgg11 to vgg19 and their _bn, with pretrained weights on request."""

import inspect
from collections.abc import Collection, Sequence
from typing import Literal, Protocol, TypeAlias, TypedDict, Unpack

from minivgg import layers
from minivgg.layers.initializers import Initializer
from minivgg.models.configurations import ALIASES
from minivgg.models.net import Net
from minivgg.models.pretrained.loading import load_weights
from minivgg.models.pretrained.registry import imagenet_file
from minivgg.models.vgg import vgg
from minivgg.models.weights_argument import IMAGENET_CLASSES, Weights, check_weights
from minivgg.utils.foreign_spellings import about_argument
from minivgg.utils.suggest import suggest

POOLINGS = {"avg": layers.GlobalAvgPool2d, "max": layers.GlobalMaxPool2d}

Pooling: TypeAlias = Literal["avg", "max"] | None

DOCSTRING = """The net {configuration} of Table 1{with_norm}, with new or with pretrained weights.

    Parameters
    ----------
    weights : "imagenet" or path, optional
        New weights by default. "imagenet" means torchvision's published ones, from
        ``$MINIVGG_DATA`` or the cache, or downloaded. For a file see ``load_weights``.
        ``net.preprocessing`` is then what the weights expect of images, and
        ``preprocess(images, net)`` applies it.
    include_top : bool
        Whether the net has the fully connected layers. Without them it takes images of any size
        and returns the map of the last max-pool (N, 512, H/32, W/32).
    pooling : {{"avg", "max"}}, optional
        Without fully connected layers, return the mean or the maximum of the map over all
        positions (N, 512).
    classes : int
        Number of classes.
    progress : bool
        Whether to show a bar while downloading.
    **options : input_shape, hidden, dropout, initializer
        As for ``vgg``.

    Returns
    -------
    net : Net
        In training mode, on the default device.

    Raises
    ------
    ValueError
        If options exclude each other, or the weights do not fit.
    TypeError
        If weights are neither a name nor a path.
    OSError
        If the weights cannot be found or read.

    References
    ----------
    Simonyan & Zisserman 2014, Table 1.

    Examples
    --------
    >>> from minivgg import models
    >>> net = models.{name}(include_top=False, initializer="zeros")  # enough for shapes and counts
    >>> net.output_shape((3, 256, 320))
    (512, 8, 10)
    """


class _Options(TypedDict, total=False):
    """The options of ``vgg`` that the functions here pass on."""

    input_shape: Sequence[int] | None
    hidden: Sequence[int] | None
    dropout: float
    batch_norm: bool
    initializer: str | Initializer


class _Builder(Protocol):
    """The type of ``vgg16`` and its like."""

    def __call__(
        self,
        weights: Weights = None,
        include_top: bool = True,
        pooling: Pooling = None,
        classes: int = IMAGENET_CLASSES,
        *,
        progress: bool = True,
        **options: Unpack[_Options],
    ) -> Net: ...


def _named(name: str) -> _Builder:
    """The function that builds the net of that name."""

    def build(
        weights: Weights = None,
        include_top: bool = True,
        pooling: Pooling = None,
        classes: int = IMAGENET_CLASSES,
        *,
        progress: bool = True,
        **options: Unpack[_Options],
    ) -> Net:
        _check(name, weights, include_top, pooling, classes)
        _check_options(name, options)
        if weights:
            options["initializer"] = "zeros"
        net = vgg(name, classes, **options) if include_top else _without_top(name, pooling, options)
        if weights == "imagenet":
            weights = imagenet_file(name, progress)
        return load_weights(net, weights) if weights else net

    with_norm = ", with batch norm" if name.endswith("_bn") else ""
    configuration = ALIASES[name.removesuffix("_bn")]
    build.__name__ = build.__qualname__ = name
    build.__doc__ = DOCSTRING.format(name=name, configuration=configuration, with_norm=with_norm)
    return build


def _check(name: str, weights: Weights, include_top: bool, pooling: Pooling, classes: int) -> None:
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
    check_weights(name, weights, classes if include_top else IMAGENET_CLASSES)


def _check_options(name: str, options: Collection[str]) -> None:
    """Raise ``TypeError`` for an option that there is not, with its name here if there is one."""
    known = [*inspect.signature(vgg).parameters][2:]
    for option in options:
        if option not in known:
            ours = about_argument(option)
            similar = suggest(option, [*known, "weights", "classes", "pooling"], cutoff=0.6)
            hint = f": use {ours}" if ours else f": did you mean {similar}?" if similar else ""
            raise TypeError(f"{name}: there is no argument {option}{hint}")


def _without_top(name: str, pooling: Pooling, options: _Options) -> Net:
    """The convolutional part, with a pooling where one is named."""
    options["hidden"] = ()
    smallest = vgg(name, 1, **options)  # its classifier is not used
    parts: dict[str, layers.Layer] = {"features": smallest["features"]}
    if pooling:
        parts["pool"] = POOLINGS[pooling]()
    return Net(parts, smallest.input_shape)


vgg11, vgg13, vgg16, vgg19 = map(_named, ALIASES)
vgg11_bn, vgg13_bn, vgg16_bn, vgg19_bn = (_named(f"{name}_bn") for name in ALIASES)
