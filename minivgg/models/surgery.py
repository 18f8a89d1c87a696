"""Changes to a net for transfer learning: truncate it, freeze layers, replace the head."""

from minivgg import backend
from minivgg.layers import (
    BatchNorm2d,
    Flatten,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Sequential,
)
from minivgg.models.layer_names import head_path, innermost_layers, layer_paths
from minivgg.utils.suggest import suggest


def truncate(net, name):
    """The net's layers up to a named one and its ReLU, as a ``Sequential`` that shares them.

    name: "conv3_2", "pool5", "fc7", or a path such as "features.10". The output is that of the
    named layer: maps (N, C, H, W), or (N, D) after a fully connected layer.
    Raises ``ValueError`` for an unknown name, with the nearest one.
    """
    layers = innermost_layers(net)
    truncated = Sequential(dict(layers[: _last_index(net, layers, name) + 1]))
    truncated.training = net.training
    return truncated


def freeze(net, until=None):
    """Freeze all layers up to the named one, by default all but the head; returns the net.

    Frozen layers at the beginning of a net need no backward pass. Then train the whole net
    (``net.train()``) rather than a part of it, which does not know that gradients are needed before
    it. Raises ``ValueError`` as ``truncate``.
    """
    layers = innermost_layers(net)
    head = next((i for i, (path, _) in enumerate(layers) if path == head_path(net)), len(layers))
    last = _last_index(net, layers, until) if until else head - 1
    for i, (_, layer) in enumerate(layers):
        layer.freeze(i <= last)
    return net.train() if net.training else net


def replace_head(net, classes, initializer="kaiming_normal"):
    """Replace the last fully connected layer by a new one for other classes; returns the net.

    The new layer is on the device of the net. A head is appended to a net that ends in pooling.
    Raises ``ValueError`` for a net that ends in a map.
    """
    path = head_path(net)
    if path is None and "pool" in net.layers:
        (features,) = net.output_shape(net.input_shape)
        head = Sequential(Linear(features, classes, initializer=initializer))
        net.replace("classifier", _like(net, head))
        return net
    if path is None:
        raise ValueError(
            "replace_head: the net ends in a map: make it with pooling='avg', or include_top=True"
        )
    parent, key = net[path.split(".")[0]], path.split(".")[1]
    head = Linear(parent[key].in_features, classes, initializer=initializer)
    parent.replace(key, _like(net, head))
    return net


def _like(net, layer):
    """The layer with the net's device, dtype and mode."""
    array = next(iter(net.arrays().values()))
    return layer.to(backend.device_of(array), array.dtype).train(net.training)


def _last_index(net, layers, name):
    """The index of the named layer, or of the ReLU or normalisation that follows it."""
    known, order = layer_paths(net), [path for path, _ in layers]
    path = known.get(name, name)
    if path not in order:
        raise ValueError(
            f"the net has no layer {name!r}: did you mean {suggest(name, known)!r}? "
            f"There are {', '.join(known)}"
        )
    i = order.index(path)
    while (
        i + 1 < len(layers)
        and not isinstance(layers[i][1], ReLU | MaxPool2d | Flatten)
        and isinstance(layers[i + 1][1], ReLU | BatchNorm2d | LocalResponseNorm)
    ):
        i += 1
    return i
