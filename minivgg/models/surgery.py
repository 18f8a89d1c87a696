"""Changes to a net for transfer learning: truncate it, freeze layers, replace the head."""

from typing import TypeVar, cast

from minivgg import backend
from minivgg.layers import (
    BatchNorm2d,
    Flatten,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Sequential,
)
from minivgg.layers.containers import innermost_layers
from minivgg.layers.initializers import Initializer
from minivgg.models.layer_names import head_path, layer_paths
from minivgg.models.net import Net
from minivgg.utils.suggest import which_there_are

AnyNet = TypeVar("AnyNet", bound=Sequential)


def truncate(net: Sequential, name: str) -> Sequential:
    """The net's layers up to a named one and its ReLU.

    Parameters
    ----------
    net : Net
        It is not changed.
    name : str
        "conv3_2", "pool5", "fc7", or a path such as "features.10".

    Returns
    -------
    truncated : Sequential
        It shares the layers with the net. Its output is that of the named layer: maps
        (N, C, H, W), or (N, D) after a fully connected layer.

    Raises
    ------
    ValueError
        If there is no layer of that name; it suggests the nearest one.
    """
    layers = innermost_layers(net)
    truncated = Sequential(dict(layers[: _last_index(net, layers, name) + 1]))
    truncated.training = net.training
    return truncated


def output_path(net: Sequential, name: str) -> str:
    """The path of the layer that puts out what a name means: of a convolution, its ReLU.

    Parameters
    ----------
    net : Net
        A whole net.
    name : str
        As for ``truncate``.

    Returns
    -------
    path : str
        Such as "features.11" for "conv3_1", for ``analysis.input_gradient``.

    Raises
    ------
    ValueError
        If there is no layer of that name; it suggests the nearest one.

    Examples
    --------
    >>> from minivgg import models
    >>> models.output_path(models.packaged_net("vgg16-pool3"), "conv3_1")
    'features.11'
    """
    layers = innermost_layers(net)
    return layers[_last_index(net, layers, name)][0]


def freeze(net: AnyNet, until: str | None = None) -> AnyNet:
    """Freeze all layers up to a named one.

    Frozen layers at the beginning of a net need no backward pass. Then train the whole net
    (``net.train()``) rather than a part of it, which does not know that gradients are needed before
    it.

    Parameters
    ----------
    net : Net
        Its later layers are learned again if they were frozen.
    until : str, optional
        The last layer to freeze, a name as for ``truncate``; by default all but the head.

    Returns
    -------
    net : Net
        The net itself.

    Raises
    ------
    ValueError
        If there is no layer of that name; it suggests the nearest one.
    """
    layers = innermost_layers(net)
    head = next((i for i, (path, _) in enumerate(layers) if path == head_path(net)), len(layers))
    last = _last_index(net, layers, until) if until else head - 1
    for i, (_, layer) in enumerate(layers):
        layer.freeze(i <= last)
    return net.train() if net.training else net


def replace_head(net: Net, classes: int, initializer: str | Initializer = "kaiming_normal") -> Net:
    """Replace the last fully connected layer by a new one for other classes.

    A head is appended to a net that ends in pooling.

    Parameters
    ----------
    net : Net
        The new layer has its device, dtype and mode.
    classes : int
        Number of classes.
    initializer : str or callable
        Draws the new weights, see ``initializers.get``.

    Returns
    -------
    net : Net
        The net itself.

    Raises
    ------
    ValueError
        If the net ends in a map.
    """
    path = head_path(net)
    if path is None and "pool" in net.layers:
        (features,) = net.output_shape(net.input_shape)
        classifier = Sequential(Linear(features, classes, initializer=initializer))
        net.replace("classifier", _like(net, classifier))
        return net
    if path is None:
        raise ValueError(
            "replace_head: the net ends in a map: make it with pooling='avg', or include_top=True"
        )
    part, _, key = path.rpartition(".")
    parent = cast(Sequential, net[part] if part else net)
    features = cast(Linear, parent[key]).in_features
    head = Linear(features, classes, initializer=initializer)
    parent.replace(key, _like(net, head))
    return net


def _like(net: Sequential, layer: Layer) -> Layer:
    """The layer with the net's device, dtype and mode."""
    array = next(iter(net.arrays().values()))
    return layer.to(backend.device_of(array), array.dtype).train(net.training)


def _last_index(net: Sequential, layers: list[tuple[str, Layer]], name: str) -> int:
    """The index of the named layer, or of the ReLU or normalisation that follows it."""
    known, order = layer_paths(net), [path for path, _ in layers]
    path = known.get(name, name)
    if path not in order:
        raise ValueError(f"the net has no layer {name!r}: {which_there_are(name, known)}")
    i = order.index(path)
    while (
        i + 1 < len(layers)
        and not isinstance(layers[i][1], ReLU | MaxPool2d | Flatten)
        and isinstance(layers[i + 1][1], ReLU | BatchNorm2d | LocalResponseNorm)
    ):
        i += 1
    return i
