"""Parts of a net: up to a layer called by its paper's name, frozen, or with a new head."""

from minivgg import backend
from minivgg.layers import Flatten, Linear, MaxPool2d, ReLU, Sequential
from minivgg.models.layer_names import head_of, layer_names
from minivgg.utils.suggest import nearest


def places(net):
    """{"conv1_1": "features.0", ..., "pool5": "features.30", "fc6": "classifier.0"}: layers with weights and max-pools, in order."""
    names = {place: name for name, place in layer_names(net).items()}
    pools = [key for key, layer in net["features"].layers.items() if isinstance(layer, MaxPool2d)]
    names |= {f"features.{key}": f"pool{number}" for number, key in enumerate(pools, 1)}
    return {names[place]: place for place, _ in _leaves(net) if place in names}


def up_to(net, name):
    """The net's layers up to the named one ("conv3_2", "pool5", "fc7", or "features.10") and its ReLU, shared with the net.

    Its output is what that layer answers: maps (N, C, H, W), or (N, D) after a fully connected layer.
    Raises ``ValueError`` for an unknown name, with the nearest.
    """
    found = {}
    leaves = _leaves(net)
    last = _index(net, leaves, name)
    for place, layer in leaves[: last + 1]:
        found[place] = layer
    whole = Sequential(found)
    whole.training = net.training
    return whole


def freeze(net, until=None):
    """Freeze all layers up to the named one, by default all but the head; the rest can learn. Returns the net.

    What is frozen at the beginning of a net costs no backward pass. Train the whole net then (``net.train()``), not a part of it: a
    part does not know that gradients are needed behind it. Raises ``ValueError`` as ``up_to``.
    """
    leaves = _leaves(net)
    head = next((i for i, (place, _) in enumerate(leaves) if place == head_of(net)), len(leaves))
    end = _index(net, leaves, until) if until else head - 1
    for i, (_, layer) in enumerate(leaves):
        layer.freeze(i <= end)
    return net.train() if net.training else net


def replace_head(net, classes, initializer="he"):
    """Put a fresh last fully connected layer for other classes into the net, on the old one's device; returns the net.

    A net without fully connected layers, but with a pooling, gets one after that. Raises ``ValueError`` where there is neither.
    """
    place = head_of(net)
    if place is None and "pool" in net.layers:
        (features,) = net.output_shape(net.input_shape)
        head = Sequential(Linear(features, classes, initializer=initializer))
        net.replace("classifier", _like(net, head))
        return net
    if place is None:
        raise ValueError(
            "replace_head: the net ends in a map: make it with pooling='avg', or include_top=True"
        )
    parent, key = net[place.split(".")[0]], place.split(".")[1]
    head = Linear(parent[key].in_features, classes, initializer=initializer)
    parent.replace(key, _like(net, head))
    return net


def _like(net, layer):
    """The layer on the net's device, of its dtype and in its mode."""
    array = next(iter(net.arrays().values()))
    return layer.to(backend.device_of(array), array.dtype).train(net.training)


def _leaves(net, prefix=""):
    """[(place, layer)] of the innermost layers, in order."""
    found = []
    for name, layer in net.layers.items():
        found += (
            _leaves(layer, f"{prefix}{name}.")
            if isinstance(layer, Sequential)
            else [(f"{prefix}{name}", layer)]
        )
    return found


def _index(net, leaves, name):
    """Where the named layer is among the leaves, its ReLU included."""
    known, order = places(net), [place for place, _ in leaves]
    place = known.get(name, name)
    if place not in order:
        raise ValueError(
            f"the net has no layer {name!r}: did you mean {nearest(name, known)!r}? There are {', '.join(known)}"
        )
    i = order.index(place)
    while (
        i + 1 < len(leaves)
        and not isinstance(leaves[i][1], ReLU | MaxPool2d | Flatten)
        and _belongs(leaves[i + 1][1])
    ):
        i += 1
    return i


def _belongs(layer):
    return isinstance(layer, ReLU) or type(layer).__name__ in ("BatchNorm2d", "LocalResponseNorm")
